// Holds a request against the discovery document, and finds out what it is.

import { parseRelated } from './related.js';

const UPLOAD_TYPES = ['media', 'multipart', 'resumable'];
// What a session's address takes.
const SESSION_VERBS = ['PUT', 'DELETE'];
export const SESSION = 'resumable session';

const credentialProblems = ({ headers }) => (headers.authorization ? ['credentials are sent to an emulator'] : []);

function sessionProblems(call) {
  const { verb, target, session } = call;
  call.id = SESSION;
  return [
    ...credentialProblems(call),
    ...(SESSION_VERBS.includes(verb) ? [] : [`${verb} is no request of a ${SESSION}`]),
    ...(session && session.path !== target ? [`a session's address was changed: it is ${session.path}`] : []),
  ];
}

/** The JSON of a request as text; an upload's bytes are put aside. Throws an Error where it can't be found. */
function readBody(call) {
  const { headers, body, query, protocol } = call;
  const type = headers['content-type'];
  const upload = protocol === 'plain' ? 'resumable' : query.get('uploadType');
  if (!UPLOAD_TYPES.includes(upload)) throw new Error(`uploadType=${upload} is none of ${UPLOAD_TYPES.join(', ')}`);
  if (upload === 'resumable') {
    if (body.length > 0 && !/^application\/json\b/i.test(type ?? '')) throw new Error(`a body of JSON is sent as ${type}`);
    return body.toString();
  }
  const { metadata = '', bytes, contentType } = upload === 'media' ? { bytes: body, contentType: type } : parseRelated(type, body);
  Object.assign(call, { bytes, contentType });
  return metadata;
}

function bodyProblems(contract, call) {
  try {
    const text = readBody(call);
    call.body = text ? JSON.parse(text) : undefined;
    return contract.bodyProblems(call.method, call.body);
  } catch (error) {
    return [error.message];
  }
}

/**
 * @param call {verb, target, path, query, headers, body, session}: gets `id`, and from the method there `method`,
 *   `protocol`, `names`, its body as JSON, and an upload's `bytes` and `contentType`
 * @param covers (call) => whether the proxy answers that method
 * @returns what is wrong with it: a list of texts
 */
export function problemsOf(contract, call, covers) {
  if (call.query.has('upload_id')) return sessionProblems(call);
  const found = contract.find(call.verb, call.path);
  if (!found) return [`no method has the path ${call.verb} ${call.path}`];
  Object.assign(call, found, { id: found.method.id.slice(found.method.id.indexOf('.') + 1) });
  if (!covers(call)) call.uncovered = true;
  return [
    ...(call.uncovered ? [`${call.id} is covered neither by the emulator nor by the proxy`] : []),
    ...credentialProblems(call),
    ...contract.parameterProblems(found.method, call.query),
    ...bodyProblems(contract, call),
  ];
}
