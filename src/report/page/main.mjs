// Puts the page together, and again whenever the reader selects something else.

import { unpack } from './unpack.mjs';
import { calculateFigures } from './figures.mjs';
import { counted } from './text.mjs';
import { element, foreign } from './dom.mjs';
import { drawCharts } from './charts.mjs';
import { selectionBar } from './selection.mjs';
import { headline, openSection, repositorySection, sizeSection, throughputSection, timeSection } from './sections.mjs';
import { authorSection, reviewSection } from './people.mjs';

const MOST_LISTED_IN_PAGE = 200;
const PEOPLE_NOTES = {
  named: '',
  anonymous: 'People have pseudonyms here; titles, numbers and links of pull requests are left out.',
  none: 'Nothing here is about anybody in particular; titles and links are left out.',
};

const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

function pageHeader(data, figures) {
  const note = PEOPLE_NOTES[data.people_are];
  return [
    element('h1', {}, 'Pull requests of ', foreign(data.org)),
    element('p', { class: 'period' }, `${figures.period.from} to ${figures.period.to} (${counted(figures.period.days, 'day', 'days')}, UTC), as of ${figures.as_of.slice(0, 16).replace('T', ' ')}`),
    figures.rows_from > figures.period.from ? element('p', { class: 'note' }, `The rows reach back to ${figures.rows_from} only.`) : null,
    note ? element('p', { class: 'note' }, note) : null,
  ].filter(Boolean);
}

function sectionsOf(figures, data, kept) {
  const hasPeople = data.people_are !== 'none';
  return [
    headline(figures), timeSection(figures), throughputSection(figures), sizeSection(figures),
    hasPeople ? reviewSection(figures) : null,
    openSection(figures, data, kept), repositorySection(figures, kept),
    hasPeople ? authorSection(figures, kept) : null,
  ].filter(Boolean);
}

async function start() {
  const data = await unpack(bytesOf(document.getElementById('data').textContent.trim()));
  const kept = { waiting: {}, oldest: {}, repositories: {}, people: {} };
  const header = document.querySelector('header');
  const main = document.querySelector('main');
  const content = element('div', { class: 'content' });
  const show = () => {
    const figures = calculateFigures(data, { ...bar.read(), mostListed: MOST_LISTED_IN_PAGE });
    header.replaceChildren(...pageHeader(data, figures));
    content.replaceChildren(...sectionsOf(figures, data, kept));
    drawCharts();
  };
  const bar = selectionBar(data, show);
  main.replaceChildren(bar.element, content);
  show();
  new ResizeObserver(() => requestAnimationFrame(drawCharts)).observe(content);
  document.documentElement.dataset.ready = 'true';
}

start().catch((error) => {
  document.querySelector('main').replaceChildren(element('p', { class: 'empty', role: 'alert' },
    `This page could not be shown: ${error.message}. It needs a browser of 2023 or later.`));
  throw error;
});
