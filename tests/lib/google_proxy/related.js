// Metadata and bytes in one request. https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object

const HEADER_END = Buffer.from('\r\n\r\n');

/** The two parts of multipart/related: {metadata (text), bytes, contentType}; throws an Error where it is none. */
export function parseRelated(contentType, body) {
  const [, quoted, plain] = /^multipart\/related\s*;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '') ?? [];
  const boundary = quoted ?? plain;
  if (!boundary) throw new Error('an upload with uploadType=multipart is not multipart/related with a boundary');
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const places = [];
  for (let at = whole.indexOf(delimiter); at >= 0; at = whole.indexOf(delimiter, at + 1)) places.push(at);
  const closed = places.length > 0 && whole.subarray(places.at(-1) + delimiter.length).subarray(0, 2).toString() === '--';
  if (places.length !== 3 || !closed) throw new Error('multipart/related must have two parts and an end');
  const [first, second] = places.slice(0, 2).map((place, i) => {
    const part = whole.subarray(place + delimiter.length + 2, places[i + 1]);
    const end = part.indexOf(HEADER_END);
    const type = /^content-type:\s*(.*?)\s*$/im.exec(part.subarray(0, Math.max(end, 0)).toString())?.[1];
    return { type, bytes: part.subarray(end + HEADER_END.length) };
  });
  if (!/^application\/json\b/i.test(first.type ?? '')) throw new Error('the first part of multipart/related is not application/json');
  return { metadata: first.bytes.toString(), bytes: second.bytes, contentType: second.type };
}
