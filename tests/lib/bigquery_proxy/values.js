// What Google says a name, a label or a choice may be, where its discovery document says no more than
// that it is a text. Each check throws a Refusal in Google's words.

import { Refusal } from '../google_proxy/answers.js';

// https://cloud.google.com/bigquery/docs/reference/rest/v2/JobReference
const JOB_ID = /^[A-Za-z0-9_-]{1,1024}$/;
// https://cloud.google.com/bigquery/docs/datasets#dataset-naming
const DATASET_ID = /^[A-Za-z0-9_]{1,1024}$/;
// https://cloud.google.com/bigquery/docs/tables#table_naming
const TABLE_ID = /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]+$/u;
const LONGEST_TABLE_ID = 1024;
// https://cloud.google.com/bigquery/docs/labels-intro#requirements
const LABEL = { key: /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u, value: /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u };
const MOST_LABELS = 64;
const MOST_URIS = 10_000;
const MOST_CLUSTERED = 4;
const PARTITIONED_BY = ['DATE', 'TIMESTAMP', 'DATETIME'];

const CHOICES = {
  writeDisposition: ['WRITE_TRUNCATE', 'WRITE_TRUNCATE_DATA', 'WRITE_APPEND', 'WRITE_EMPTY'],
  createDisposition: ['CREATE_IF_NEEDED', 'CREATE_NEVER'],
  sourceFormat: ['CSV', 'DATASTORE_BACKUP', 'NEWLINE_DELIMITED_JSON', 'AVRO', 'PARQUET', 'ORC'],
  encoding: ['UTF-8', 'ISO-8859-1', 'UTF-16BE', 'UTF-16LE', 'UTF-32BE', 'UTF-32LE'],
  schemaUpdateOptions: ['ALLOW_FIELD_ADDITION', 'ALLOW_FIELD_RELAXATION'],
  priority: ['INTERACTIVE', 'BATCH'],
  parameterMode: ['NAMED', 'POSITIONAL'],
};
const FIELD_TYPES = ['STRING', 'BYTES', 'INTEGER', 'INT64', 'FLOAT', 'FLOAT64', 'BOOLEAN', 'BOOL', 'TIMESTAMP', 'DATE', 'TIME', 'DATETIME',
  'GEOGRAPHY', 'NUMERIC', 'BIGNUMERIC', 'JSON', 'RECORD', 'STRUCT', 'RANGE'];
const MODES = ['NULLABLE', 'REQUIRED', 'REPEATED'];
const PARTITIONS = ['DAY', 'HOUR', 'MONTH', 'YEAR'];
const PARAMETER_TYPES = ['STRING', 'BYTES', 'INT64', 'INTEGER', 'FLOAT64', 'FLOAT', 'BOOL', 'BOOLEAN', 'TIMESTAMP', 'DATE', 'TIME', 'DATETIME',
  'GEOGRAPHY', 'NUMERIC', 'BIGNUMERIC', 'JSON', 'INTERVAL', 'ARRAY', 'STRUCT', 'RANGE'];

const refuse = (message) => { throw new Refusal(400, message); };

export function checkJobId(id) {
  if (!JOB_ID.test(id)) refuse(`Invalid job ID "${id}". Job IDs must be alphanumeric (plus underscores and dashes) and must be at most 1024 characters long.`);
}

export function checkDatasetId(id) {
  if (!DATASET_ID.test(id ?? '')) refuse(`Invalid dataset ID "${id}". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.`);
}

export function checkTableId(id) {
  if (!TABLE_ID.test(id ?? '') || Buffer.byteLength(id) > LONGEST_TABLE_ID) {
    refuse(`Invalid table ID "${id}". Table IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long. Also, Table decorators cannot be used.`);
  }
}

export function checkTableReference({ datasetId, tableId }) {
  checkDatasetId(datasetId);
  checkTableId(tableId);
}

export function checkLabels(labels = {}) {
  const entries = Object.entries(labels ?? {});
  if (entries.length > MOST_LABELS) refuse(`Too many labels: ${entries.length}; there may be ${MOST_LABELS}.`);
  for (const [key, value] of entries) {
    if (!LABEL.key.test(key)) refuse(`Label key "${key}" has invalid characters, or is empty, too long or begins with no lowercase letter.`);
    if (value !== null && !LABEL.value.test(value)) refuse(`Label value "${value}" has invalid characters or is too long.`);
  }
}

function checkChoice(name, value, allowed) {
  if (!allowed.includes(value)) refuse(`Invalid value for ${name}: ${value} is not a valid value`);
}

/** The fields of a schema, the nested ones too. */
export function checkFields(fields = []) {
  const names = fields.map(({ name }) => name?.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) refuse(`Field ${twice} already exists in schema`);
  for (const { name, type, mode, fields: inner } of fields) {
    if (!name) refuse('Field name is missing');
    checkChoice('type', type, FIELD_TYPES);
    if (mode) checkChoice('mode', mode, MODES);
    if (['RECORD', 'STRUCT'].includes(type) && !inner?.length) refuse(`Field ${name} is type RECORD but has no schema`);
    checkFields(inner);
  }
}

/** How a table is laid out; `fields` are its columns, none where they are not known. */
export function checkLayout({ timePartitioning, clustering }, fields) {
  if (timePartitioning) {
    checkChoice('timePartitioning.type', timePartitioning.type, PARTITIONS);
    const column = fields?.find(({ name }) => name === timePartitioning.field);
    if (timePartitioning.field && fields && !column) refuse('The field specified for partitioning cannot be found in the schema.');
    if (column && !PARTITIONED_BY.includes(column.type)) {
      refuse(`The field specified for time partitioning can only be of type TIMESTAMP, DATE or DATETIME. The type found is: ${column.type}.`);
    }
  }
  if (!clustering) return;
  if (clustering.fields.length > MOST_CLUSTERED) refuse(`Clustering is allowed on up to ${MOST_CLUSTERED} fields, but ${clustering.fields.length} are specified.`);
  const missing = fields && clustering.fields.find((name) => !fields.some((field) => field.name === name));
  if (missing) refuse(`The field specified for clustering cannot be found in the schema. Invalid field: ${missing}.`);
}

function checkUris(uris) {
  if (uris.length > MOST_URIS) refuse(`Too many source URIs: ${uris.length}; the limit is ${MOST_URIS}.`);
  for (const uri of uris) {
    if (!/^gs:\/\/[^/*]+\/./.test(uri) || uri.split('*').length > 2) refuse(`Source URI must be a Google Cloud Storage location: ${uri}`);
  }
}

/** A load's configuration. */
export function checkLoad(load, isUpload) {
  if (!load.destinationTable) refuse('Required parameter is missing: destinationTable');
  if (!isUpload && !load.sourceUris?.length) refuse('Load configuration must specify at least one source URI');
  if (isUpload && load.sourceUris?.length) refuse('Source URIs cannot be given with an upload');
  checkUris(load.sourceUris ?? []);
  checkFields(load.schema?.fields);
  checkLayout(load, load.schema?.fields);
}

/** The parameters of a query, which is what `configuration.query` and a QueryRequest have in common. */
function checkParameters(parameters = []) {
  const isNamed = parameters.filter(({ name }) => name).length;
  if (isNamed !== 0 && isNamed !== parameters.length) refuse('Query parameters must be all named or all positional');
  for (const { parameterType } of parameters) checkChoice('parameterType', parameterType?.type, PARAMETER_TYPES);
}

/** Choices, tables and parameters of a job's configuration by its type, or of a QueryRequest. */
export function checkConfiguration(configuration) {
  for (const [name, allowed] of Object.entries(CHOICES)) {
    // Google's client for Node writes the mode of parameters small.
    const write = (value) => (name === 'parameterMode' ? value.toUpperCase() : value);
    for (const value of [configuration[name]].flat()) if (value !== undefined && value !== '') checkChoice(name, write(value), allowed);
  }
  if (configuration.destinationTable) checkTableReference(configuration.destinationTable);
  if (configuration.defaultDataset) checkDatasetId(configuration.defaultDataset.datasetId);
  checkParameters(configuration.queryParameters);
}
