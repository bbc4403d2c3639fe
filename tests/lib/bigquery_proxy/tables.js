// Datasets and tables: what Google refuses and the emulator does not.

import { Refusal } from '../google_proxy/answers.js';
import { answerOf, datasetPath, passedQuery, projectPath, tablePath } from './pass.js';
import { sameLocation, writtenLocation } from './places.js';
import { checkDatasetId, checkFields, checkLabels, checkLayout, checkTableId } from './values.js';

const LOCATION = /^(us|eu|[a-z]+-[a-z]+\d+)$/i;
const SAME = { INT64: 'INTEGER', FLOAT64: 'FLOAT', BOOL: 'BOOLEAN', STRUCT: 'RECORD' };

const typeOf = ({ type }) => SAME[type] ?? type;
const modeOf = ({ mode }) => mode || 'NULLABLE';
const layoutOf = ({ timePartitioning }) => JSON.stringify([timePartitioning?.type, timePartitioning?.field]);

/** What a change of schema may not be. https://cloud.google.com/bigquery/docs/managing-table-schemas */
function checkSchemaChange(current, given, refuse, prefix = '') {
  const named = (fields, name) => fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  for (const field of current) {
    const place = prefix + field.name;
    const now = named(given, field.name);
    if (!now) refuse(`Field ${place} is missing in new schema`);
    if (typeOf(now) !== typeOf(field)) refuse(`Field ${place} has changed type from ${typeOf(field)} to ${typeOf(now)}`);
    const isRelaxed = modeOf(field) === 'REQUIRED' && modeOf(now) === 'NULLABLE';
    if (modeOf(now) !== modeOf(field) && !isRelaxed) refuse(`Field ${place} has changed mode from ${modeOf(field)} to ${modeOf(now)}`);
    if (field.fields) checkSchemaChange(field.fields, now.fields ?? [], refuse, `${place}.`);
  }
  const added = given.find((field) => modeOf(field) === 'REQUIRED' && !named(current, field.name));
  if (added) refuse(`Cannot add required fields to an existing schema. (field: ${prefix}${added.name})`);
}

export class Tables {
  #backend;

  constructor(backend) {
    this.#backend = backend;
  }

  /** A table is where its dataset is; the emulator has all in one place. */
  async #placed(names, value) {
    if (!names.datasetId || value.location === undefined || !names.tableId) return value;
    const { status, json } = await this.#backend.send('GET', datasetPath(names));
    return status === 200 ? { ...value, location: writtenLocation(json.location) } : value;
  }

  /** Has the emulator answer a request as it came; the fault short_page leaves one result to a page. */
  async pass({ verb, path, query, headers, body, names }, fault) {
    const target = path + passedQuery(query, fault?.kind === 'short_page' ? 1 : undefined);
    const match = headers['if-match'] && { 'if-match': headers['if-match'] };
    const answer = body && typeof body === 'object' && !Buffer.isBuffer(body)
      ? await this.#backend.send(verb, target, { headers: { 'content-type': 'application/json', ...match }, body: Buffer.from(JSON.stringify(body)) })
      : await this.#backend.send(verb, target);
    const { datasetId, tableId = answer.status === 200 && answer.json.tableReference?.tableId } = names;
    const placed = answer.status === 200 && tableId ? await this.#placed({ ...names, datasetId, tableId }, answer.json) : undefined;
    return answerOf(answer, (value) => placed ?? value);
  }

  /** Gives a view another query; @returns the answer where that is refused. */
  async #replaceView({ projectId, datasetId, tableId }, query) {
    const answer = await this.#backend.sendJson('POST', `${projectPath(projectId)}/queries`,
      { query: `CREATE OR REPLACE VIEW \`${projectId}.${datasetId}.${tableId}\` AS ${query}`, useLegacySql: false });
    return answer.status === 200 ? undefined : answerOf(answer);
  }

  insertDataset(call) {
    const { datasetReference, labels, location = 'US' } = call.body;
    checkDatasetId(datasetReference?.datasetId);
    checkLabels(labels);
    if (!LOCATION.test(location)) throw new Refusal(400, `Invalid storage region: ${location}`);
    return this.pass({ ...call, body: { ...call.body, location: writtenLocation(location) } });
  }

  async changeDataset(call) {
    checkLabels(call.body.labels);
    const { status, json } = await this.#backend.send('GET', datasetPath(call.names));
    if (status === 200 && call.body.location && !sameLocation(call.body.location, json.location)) {
      throw new Refusal(400, `Cannot change the location of dataset ${call.names.projectId}:${call.names.datasetId}.`);
    }
    return this.pass(call);
  }

  insert(call) {
    const { tableReference, labels, schema } = call.body;
    checkTableId(tableReference?.tableId);
    checkLabels(labels);
    checkFields(schema?.fields);
    checkLayout(call.body, schema?.fields ?? []);
    return this.pass(call);
  }

  async change(call) {
    const { labels, schema } = call.body;
    checkLabels(labels);
    checkFields(schema?.fields);
    const { status, json: current } = await this.#backend.send('GET', tablePath(call.names));
    if (status !== 200) return this.pass(call);
    const { projectId, datasetId, tableId } = call.names;
    checkLayout(call.body, schema?.fields ?? current.schema?.fields);
    if (call.body.timePartitioning && layoutOf(call.body) !== layoutOf(current)) throw new Refusal(400, 'Cannot change partitioning spec for a table.');
    const refusal = call.body.view?.query && await this.#replaceView(call.names, call.body.view.query);
    if (refusal) return refusal;
    if (schema && current.schema) {
      checkSchemaChange(current.schema.fields, schema.fields ?? [], (what) => {
        throw new Refusal(400, `Provided Schema does not match Table ${projectId}:${datasetId}.${tableId}. ${what}`);
      });
    }
    return this.pass(call);
  }
}
