// Chromium without a window, which is told to reach nothing but files.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const PLACES = [process.env.GITHUB_STATS_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const AXE = fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url));

/** Starts the browser; close() ends it. */
export function startBrowser() {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  assert.ok(executablePath, 'there is no Chromium: `make setup` installs one, GITHUB_STATS_CHROMIUM names another');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/**
 * Opens a report and waits until it is drawn; nothing may be fetched or complained of until `use` is done.
 *
 * @param options of the browser's context: viewport, colorScheme, …
 */
export async function withReport(browser, file, options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => trouble.push(`console: ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { trouble.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => { if (request.url() !== `file://${file}`) trouble.push(`request: ${request.url()}`); });
  try {
    await page.goto(`file://${file}`);
    await page.waitForSelector('html[data-ready]', { timeout: 60_000 });
    await use(page);
    assert.deepEqual(trouble, []);
  } finally {
    await context.close();
  }
}

/** What axe finds wrong: "rule: element". */
export async function findBarriers(page) {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}
