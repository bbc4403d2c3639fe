/** What makes a row of each table unique. */
export const KEYS = {
  pull_requests: ['org', 'repo', 'number'],
  commits: ['org', 'repo', 'pr_number', 'sha'],
  reviews: ['org', 'repo', 'id'],
  review_comments: ['org', 'repo', 'id'],
  issue_comments: ['org', 'repo', 'id'],
};

/** The five tables that are collected, which are also the names of streams. */
export const TABLES = Object.keys(KEYS);

/** The columns that say how a row came about; no truth knows them. */
export const PROVENANCE = ['collected_at', 'collection_id'];

export const COLLECTION_ID = /^\d{8}T\d{6}Z$/;
