// The three ways to upload: the object alone, with its metadata in one request, in a resumable
// session. https://cloud.google.com/storage/docs/performing-resumable-uploads

import { randomBytes } from 'node:crypto';
import { Refusal } from './answers.js';

const GRAIN = 262_144;
const RANGE = /^bytes (?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)$/;
const NOTHING = Buffer.alloc(0);
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

export class Sessions {
  #objects;
  #open = new Map();

  constructor(objects) {
    this.#objects = objects;
  }

  start(call, metadata) {
    const description = this.#objects.describe(call, metadata, call.headers['x-upload-content-type']);
    const id = randomBytes(16).toString('hex');
    const { bucket } = call.names;
    const path = `/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=${encodeURIComponent(description.name)}&upload_id=${id}`;
    this.#open.set(id, { call, description, path, received: NOTHING, place: `${bucket}/${description.name}` });
    return { status: 200, headers: { location: `http://${call.headers.host}${path}`, 'x-guploader-uploadid': id }, body: NOTHING };
  }

  /** @returns {place, path} of the session that a request belongs to; undefined when there is none */
  find(query) {
    return this.#open.get(query.get('upload_id'));
  }

  forget(session) {
    for (const [id, each] of this.#open) if (each === session) this.#open.delete(id);
  }

  cancel(session) {
    this.forget(session);
    return { status: 499, headers: {}, body: NOTHING };
  }

  /** @param keepOnly (length) => how many of the bytes that came are kept, where not all are */
  async put(session, headers, body, keepOnly) {
    if (session.answer) return session.answer;
    const { start, end, total } = this.#rangeOf(headers['content-range'], body, session);
    if (start !== undefined) {
      if (start > session.received.length) throw new Refusal(400, `Invalid request: bytes ${session.received.length} to ${start} are missing.`);
      const fresh = body.subarray(session.received.length - start);
      const kept = keepOnly ? fresh.subarray(0, keepOnly(fresh.length)) : fresh;
      session.received = Buffer.concat([session.received, kept]);
    }
    if (total === undefined || session.received.length < total || (end === undefined && start !== undefined)) return this.#incomplete(session);
    return this.#finish(session);
  }

  #rangeOf(header, body, { received }) {
    if (header === undefined) return { start: 0, end: body.length - 1, total: body.length };
    const match = RANGE.exec(header);
    if (!match) throw new Refusal(400, `Failed to parse Content-Range header: ${header}`);
    const [start, end, total] = match.slice(1).map((text) => (text === undefined ? undefined : Number(text)));
    if (start === undefined) {
      if (body.length > 0) throw new Refusal(400, 'A status request has no body.');
      return { total };
    }
    if (body.length !== end - start + 1) throw new Refusal(400, `Content-Range ${header} with ${body.length} bytes.`);
    const last = total !== undefined && end + 1 === total;
    if (!last && body.length % GRAIN !== 0) throw new Refusal(400, `A chunk that is not the last has ${body.length} bytes, no multiple of ${GRAIN}.`);
    if (total !== undefined && received.length > total) throw new Refusal(400, 'More bytes than the total size were received.');
    return { start, end, total };
  }

  #incomplete({ received }) {
    return { status: 308, headers: received.length > 0 ? { range: `bytes=0-${received.length - 1}` } : {}, body: NOTHING };
  }

  async #finish(session) {
    try {
      session.answer = await this.#objects.insert(session.call, session.description, session.received);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      session.answer = error.answer;
    }
    session.received = NOTHING;
    return session.answer;
  }
}

/** How many of `length` bytes a session keeps that loses some: a multiple of 256 KiB. */
export const lossOf = (random) => (length) => GRAIN * random.integer(0, Math.max(0, Math.ceil(length / GRAIN) - 1));
