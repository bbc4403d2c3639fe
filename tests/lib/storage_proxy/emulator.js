// Requests to fake-gcs-server, and what every answer of it needs.

import { randomBytes } from 'node:crypto';
import { Backend } from '../google_proxy/backend.js';

const part = (type, bytes) => [Buffer.from(`content-type: ${type}\r\n\r\n`), bytes];

export class Emulator extends Backend {
  /** Every upload reaches the emulator in this one form. */
  upload(bucket, metadata, bytes) {
    const boundary = randomBytes(16).toString('hex');
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\n`), ...part('application/json', Buffer.from(JSON.stringify(metadata))),
      Buffer.from(`\r\n--${boundary}\r\n`), ...part(metadata.contentType, bytes), Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return this.send('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=multipart`,
      { headers: { 'content-type': `multipart/related; boundary=${boundary}` }, body });
  }
}
