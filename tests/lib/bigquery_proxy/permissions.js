// Who may do what: the permissions that methods and jobs need, and Google's words when one is missing.
// https://cloud.google.com/bigquery/docs/access-control#bq-permissions

const OF_METHODS = {
  'jobs.insert': 'bigquery.jobs.create', 'jobs.query': 'bigquery.jobs.create', 'jobs.get': 'bigquery.jobs.get',
  'jobs.getQueryResults': 'bigquery.jobs.get', 'jobs.list': 'bigquery.jobs.list', 'jobs.cancel': 'bigquery.jobs.update',
  'datasets.get': 'bigquery.datasets.get', 'datasets.insert': 'bigquery.datasets.create', 'datasets.patch': 'bigquery.datasets.update',
  'datasets.update': 'bigquery.datasets.update', 'datasets.delete': 'bigquery.datasets.delete',
  'tables.get': 'bigquery.tables.get', 'tables.list': 'bigquery.tables.list', 'tables.insert': 'bigquery.tables.create',
  'tables.patch': 'bigquery.tables.update', 'tables.update': 'bigquery.tables.update', 'tables.delete': 'bigquery.tables.delete',
  'tabledata.list': 'bigquery.tables.getData',
};
export const PERMISSIONS = [...new Set([...Object.values(OF_METHODS), 'bigquery.tables.updateData', 'storage.objects.get'])];

const may = (permission, kind, name) => `Permission ${permission} denied on ${kind} ${name} (or it may not exist).`;

/** The message for who lacks `permission` on what `names` name. */
function messageOf(permission, { projectId, datasetId, tableId }) {
  if (tableId) return `Access Denied: Table ${projectId}:${datasetId}.${tableId}: ${may(permission, 'table', `${projectId}:${datasetId}.${tableId}`)}`;
  if (datasetId) return `Access Denied: Dataset ${projectId}:${datasetId}: ${may(permission, 'dataset', `${projectId}:${datasetId}`)}`;
  return `Access Denied: Project ${projectId}: User does not have ${permission} permission in project ${projectId}.`;
}

export class Permissions {
  #denied = new Set();

  deny(permissions) {
    const unknown = permissions.filter((each) => !PERMISSIONS.includes(each));
    if (unknown.length) throw new Error(`there is no permission ${unknown.join(', ')}; there are ${PERMISSIONS.join(', ')}`);
    this.#denied = new Set(permissions);
  }

  /** What is said to who may not call that method; undefined to who may. */
  ofMethod({ id, names }) {
    return this.of(OF_METHODS[id], names);
  }

  /** Those of `permissions` that there are. */
  granted(permissions) {
    return permissions.filter((each) => !this.#denied.has(each));
  }

  /** The same of one permission. */
  of(permission, names) {
    return this.#denied.has(permission) ? messageOf(permission, names) : undefined;
  }
}
