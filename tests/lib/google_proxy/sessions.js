// Resumable uploads. https://cloud.google.com/storage/docs/performing-resumable-uploads

import { randomBytes } from 'node:crypto';
import { Refusal } from './answers.js';

const GRAIN = 262_144;
const RANGE = /^bytes (?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)$/;
const NOTHING = Buffer.alloc(0);

export class Sessions {
  #open = new Map();

  /**
   * @param host where the client reaches the proxy
   * @param path of the session's address, with a query but without its id
   * @param place names what is uploaded, the same for each session of it
   * @param receive (bytes, session) => a promise of the answer once all have come
   */
  start({ host, path: start, place, receive }) {
    const id = randomBytes(16).toString('hex');
    const path = `${start}&upload_id=${id}`;
    this.#open.set(id, { path, place, receive, received: NOTHING });
    return { status: 200, headers: { location: `http://${host}${path}`, 'x-guploader-uploadid': id }, body: NOTHING };
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
      session.answer = await session.receive(session.received, session);
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
