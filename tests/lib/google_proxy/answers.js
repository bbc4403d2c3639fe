// Answers as {status, headers, body}, and what went wrong as Google says it.
// https://cloud.google.com/storage/docs/json_api/v1/status-codes, https://cloud.google.com/bigquery/docs/error-messages

const REASONS = {
  304: 'notModified', 400: 'invalid', 401: 'required', 403: 'forbidden', 404: 'notFound', 408: 'uploadBrokenConnection',
  409: 'conflict', 410: 'gone', 412: 'conditionNotMet', 429: 'rateLimitExceeded', 500: 'internalError', 501: 'notImplemented',
  502: 'badGateway', 503: 'backendError', 504: 'gatewayTimeout',
};

/** `value` is what `fields` may choose from. */
export function jsonAnswer(status, value) {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, value, body: Buffer.from(JSON.stringify(value)) };
}

export function failure(status, message, reason = REASONS[status]) {
  return jsonAnswer(status, { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } });
}

/** A failure on the way up to where a request is answered. */
export class Refusal extends Error {
  constructor(status, message, reason) {
    super(message);
    this.answer = failure(status, message, reason);
  }
}
