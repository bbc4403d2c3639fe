// The report in a real browser: drawn, quiet, usable by keyboard, readable on a phone, and safe to open.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findBarriers, startBrowser, withReport } from './lib/browser.js';
import { storeChunks } from './lib/chunks.js';
import { Random } from './lib/random.js';
import { randomRows } from './lib/random_rows.js';
import { startSimulator } from './lib/simulator.js';
import { Workspace } from './lib/workspace.js';

const RECORDED = process.env.GITHUB_STATS_RECORDED
  || fileURLToPath(new URL('../../shared/recorded/bitcoin-core-gui.ndjson.xz', import.meta.url));
const skip = existsSync(RECORDED) ? false : `no recorded data at ${RECORDED}; name a file in GITHUB_STATS_RECORDED`;
if (skip) process.stdout.write(`skipped: ${skip}\n`);

const HOSTILE = ['<script>window.hacked = 1</script>', '</script><img src=x onerror="window.hacked = 1">', '"\'><b>bold</b>{{DATA}}${1}',
  '\u202Egnirts desrever', '\u05e9\u05dc\u05d5\u05dd #1 \u200f', '👩‍💻 emoji 🎉', `${'long'.repeat(60)}`];
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let browser;
let recorded;
let hostile;
let pages;

/** Random rows whose titles, people and addresses mean harm. */
function hostileRows(repo) {
  const tables = randomRows(new Random(1), repo, Array.from({ length: 80 }, (_, i) => i + 1), '20260201T000000Z');
  tables.pull_requests.forEach((row, i) => {
    row.title = HOSTILE[i % HOSTILE.length];
    row.url = i % 2 === 0 ? 'javascript:window.hacked=1' : `https://example.invalid/${i}`;
    row.author = row.author === 'ann' ? HOSTILE[0] : row.author;
    row.updated_at = row.created_at;
  });
  for (const row of tables.reviews) row.reviewer = row.reviewer === 'bob' ? HOSTILE[1] : row.reviewer;
  return tables;
}

async function makePage(workspace, name, ...args) {
  const file = join(workspace.directory, `${name}.html`);
  await workspace.expect(0, ['report', '--out', file, ...args]);
  return file;
}

before(async () => {
  browser = await startBrowser();
  hostile = await Workspace.create({ url: 'http://127.0.0.1:9' });
  await storeChunks(hostile, 'anvil', '20260201T000000Z', hostileRows('anvil'));
  await storeChunks(hostile, 'bolt', '20260201T000000Z', hostileRows('bolt'));
  await hostile.succeed(['load-gcs']);
  await writeFile(join(hostile.directory, 'teams.txt'), '<b>"smiths"</b>: Cid, abbott\n');
  pages = {
    hostile: await makePage(hostile, 'hostile', '--from', '2026-01-01', '--teams', 'teams.txt'),
    empty: await makePage(hostile, 'empty', '--from', '2020-01-01', '--to', '2020-01-31'),
    noPeople: await makePage(hostile, 'none', '--from', '2026-01-01', '--no-people'),
  };
  if (skip) return;
  const simulator = await startSimulator(['--recorded', RECORDED]);
  const [{ org }] = await simulator.truth('pull_requests');
  recorded = await Workspace.create(simulator, { GITHUB_ORG: org });
  await recorded.succeed(['backfill', '--days', '4000']);
  await simulator.close();
  pages.recorded = await makePage(recorded, 'recorded', '--from', '2021-07-01', '--to', '2021-10-31');
});
after(async () => {
  await browser?.close();
  await hostile?.remove();
  await recorded?.remove();
});

/** How many charts there are, and how many of them show something. */
const chartsOf = (page) => page.evaluate(() => [...document.querySelectorAll('.chart')].map((chart) => {
  const marks = [...chart.querySelectorAll('svg g > :is(path, rect, circle)')];
  return marks.some((mark) => mark.getBoundingClientRect().width > 0);
}));

/** A table's column as shown, by the table's caption. */
const columnOf = (page, caption, index) => page.evaluate(([name, i]) => [...document.querySelectorAll('table')]
  .find((table) => table.caption.textContent === name).tBodies[0].querySelectorAll(`tr > :nth-child(${i + 1})`)
  .values().map((cell) => cell.textContent).toArray(), [caption, index]);

const tableOf = (page, caption) => page.locator('table', { has: page.locator(`caption:text-is("${caption}")`) });
const numberIn = (text) => Number(text.replaceAll(',', ''));

test('recorded pull requests are drawn, every chart of them', { skip }, () => withReport(browser, pages.recorded, {}, async (page) => {
  const charts = await chartsOf(page);
  assert.equal(charts.length, 13);
  assert.ok(charts.every(Boolean), JSON.stringify(charts));
  const named = await page.locator('.chart svg[role=img][aria-label]').count();
  assert.equal(named, charts.length);
  assert.equal(await page.locator('.card').count(), 8);
  const data = page.locator('figure details');
  assert.equal(await data.count() + 1, charts.length);
  for (const summary of await page.getByText('Data', { exact: true }).all()) await summary.click();
  await data.locator('table').nth(charts.length - 2).waitFor();
  assert.ok((await data.locator('tbody').evaluateAll((all) => all.map(({ rows }) => rows.length))).every((rows) => rows > 3));
}));

test('tables sort by keyboard and mouse, people by name at first', { skip }, () => withReport(browser, pages.recorded, {}, async (page) => {
  const names = await columnOf(page, 'Authors', 0);
  assert.ok(names.length > 20);
  assert.deepEqual(names, [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
  const table = tableOf(page, 'Authors');
  const merged = table.getByRole('columnheader', { name: 'Merged' });
  await merged.getByRole('button').focus();
  await page.keyboard.press('Enter');
  assert.equal(await merged.getAttribute('aria-sort'), 'descending');
  const down = (await columnOf(page, 'Authors', 2)).map(numberIn);
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  await merged.getByRole('button').click();
  assert.equal(await merged.getAttribute('aria-sort'), 'ascending');
  const up = (await columnOf(page, 'Authors', 2)).map(numberIn);
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  assert.equal(await table.getByRole('columnheader', { name: 'Author', exact: true }).getAttribute('aria-sort'), null);
}));

test('tables and the whole page filter', { skip }, () => withReport(browser, pages.recorded, {}, async (page) => {
  await page.getByLabel('Filter authors').fill('HEBA');
  assert.deepEqual(await columnOf(page, 'Authors', 0), ['hebasto']);
  const [merged] = await columnOf(page, 'Authors', 2);
  await page.getByLabel('Author', { exact: true }).selectOption('hebasto');
  assert.equal(await page.locator('.card .value').first().textContent(), merged);
  assert.equal(await page.getByLabel('Filter authors').inputValue(), 'HEBA');
  await page.getByLabel('From', { exact: true }).fill('2021-09-01');
  assert.match(await page.locator('.period').textContent(), /^2021-09-01 to 2021-10-31/);
  assert.ok(numberIn(await page.locator('.card .value').first().textContent()) < numberIn(merged));
  await page.getByLabel('From', { exact: true }).fill('2031-06-01');
  assert.equal(await page.getByLabel('To', { exact: true }).evaluate((input) => input.validity.valid), false);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByText('2021-07-01 to 2021-10-31').waitFor();
  assert.ok((await chartsOf(page)).every(Boolean));
}));

test('a phone shows it without scrolling sideways', { skip }, () => withReport(browser, pages.recorded, PHONE, async (page) => {
  const { content, screen } = await page.evaluate(() => ({ content: document.scrollingElement.scrollWidth, screen: innerWidth }));
  assert.ok(content <= screen, `${content} on ${screen}`);
  assert.ok((await chartsOf(page)).every(Boolean));
}));

test('paper shows it in light colours, without controls', { skip }, () => withReport(browser, pages.recorded, { colorScheme: 'dark' }, async (page) => {
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.selection').isVisible(), false);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.plot')).color), 'rgb(0, 0, 0)');
  assert.ok((await page.pdf()).length > 10_000);
}));

for (const [colorScheme, ...names] of [['light', 'recorded', 'hostile', 'empty'], ['dark', 'recorded', 'noPeople']]) {
  test(`axe finds no barrier (${colorScheme})`, async () => {
    for (const name of names.filter((each) => pages[each])) {
      await withReport(browser, pages[name], { colorScheme }, async (page) => {
        await page.locator('details').evaluateAll((all) => all.forEach((details, i) => { details.open = i < 2; }));
        assert.deepEqual(await findBarriers(page), [], name);
      });
    }
  });
}

test('hostile titles and people stay text', () => withReport(browser, pages.hostile, {}, async (page) => {
  const titles = await columnOf(page, 'Oldest open', 1);
  for (const title of HOSTILE) assert.ok(titles.includes(title), title);
  const authors = await columnOf(page, 'Authors', 0);
  assert.ok(authors.includes(HOSTILE[0]) && authors.includes(HOSTILE[1]));
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  assert.equal(await page.locator('main script, main img, main b').count(), 0);
  const links = await page.locator('main a').evaluateAll((all) => all.map(({ href }) => href));
  assert.ok(links.length > 0 && links.every((href) => href.startsWith('https://example.invalid/')));
  assert.ok(await page.locator('td bdi').count() > 0);
  assert.ok((await chartsOf(page)).every(Boolean));
}));

test('a team can be chosen, and its work with it', () => withReport(browser, pages.hostile, {}, async (page) => {
  await page.getByLabel('Team').selectOption('<b>"smiths"</b>');
  const authors = await columnOf(page, 'Authors', 0);
  const opened = (await columnOf(page, 'Authors', 1)).map(numberIn);
  assert.deepEqual(authors.filter((_, i) => opened[i] > 0), ['abbott', 'cid']);
  assert.ok(authors.length > 2, 'those who review their work are there, too');
}));

test('a script that got in anyway would not run', () => assert.rejects(withReport(browser, pages.hostile, {}, async (page) => {
  const ran = await page.evaluate(async () => {
    const refused = new Promise((resolve) => { document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective)); });
    const script = document.createElement('script');
    script.textContent = 'globalThis.hacked = 1';
    document.body.append(script);
    return { hacked: globalThis.hacked, refused: await refused };
  });
  assert.deepEqual(ran, { hacked: undefined, refused: 'script-src-elem' });
}), /console: error: (Executing|Refused to execute) inline script/));

test('where there is nothing, it says so', () => withReport(browser, pages.empty, {}, async (page) => {
  assert.equal(await page.locator('.chart').count(), 0);
  assert.ok(await page.locator('.empty').count() >= 6);
  assert.equal(await page.locator('.card .value').first().textContent(), '0');
}));

test('without people there is no part about people', () => withReport(browser, pages.noPeople, {}, async (page) => {
  const headings = await page.locator('h2').allTextContents();
  assert.ok(headings.includes('By repository') && !headings.includes('By author') && !headings.includes('Reviews'));
  assert.equal(await page.getByLabel('Author', { exact: true }).count(), 0);
}));
