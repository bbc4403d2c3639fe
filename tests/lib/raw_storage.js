// Requests to Cloud Storage's JSON API as they are, for tests of what answers them.

let buckets = 0;

/** The options of send() for an upload of an object with its metadata. */
export function related(metadata, bytes) {
  const front = `--edge\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(metadata)}\r\n--edge\r\nContent-Type: text/plain\r\n\r\n`;
  return {
    type: 'multipart/related; boundary=edge',
    body: Buffer.concat([Buffer.from(front), Buffer.from(bytes), Buffer.from('\r\n--edge--\r\n')]),
  };
}

export const objectPath = (bucket, name, query = '') => `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}${query}`;

/** @returns {send, newBucket, put, read} towards `url` */
export function rawClient(url) {
  async function send(method, path, { body, headers = {}, type = 'application/json', signal } = {}) {
    const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const response = await fetch(path.startsWith('http') ? path : url + path, {
      method, signal, body: isJson ? JSON.stringify(body) : body, headers: body === undefined ? headers : { 'content-type': type, ...headers } });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isText = bytes.length > 0 && response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, headers: response.headers, bytes, text: bytes.toString(), json: isText ? JSON.parse(bytes) : undefined };
  }

  async function newBucket(attributes = {}) {
    const name = `bucket-${buckets += 1}`;
    const { status, text } = await send('POST', '/storage/v1/b?project=p', { body: { name, ...attributes } });
    if (status !== 200) throw new Error(text);
    return name;
  }

  return {
    send,
    newBucket,
    put: (bucket, name, bytes, query = '', metadata = {}) =>
      send('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=multipart${query}`, related({ name, ...metadata }, bytes)),
    read: (bucket, name) => send('GET', objectPath(bucket, name, '?alt=media')),
  };
}
