// The reader's selection: period, repository, author, team.

import { formatDay } from './figures.mjs';
import { element } from './dom.mjs';

const DAY_MS = 86_400_000;
const ALL = '';

const dayIn = (text) => (text === '' ? NaN : Date.parse(`${text}T00:00:00Z`) / DAY_MS);

/** Spans to choose from: name → [first day, last day]. */
function spans({ period, before }) {
  const last = (days) => [Math.max(period[1] - days + 1, period[0]), period[1]];
  const length = period[1] - period[0] + 1;
  return [
    ['Whole period', period],
    ...[28, 14, 7].filter((days) => days < length).map((days) => [`Last ${days / 7 === 1 ? 'week' : `${days / 7} weeks`}`, last(days)]),
    ...(before ? [['The period before', before]] : []),
  ];
}

/** A control with its label. */
function labelled(label, control) {
  control.id = `select-${label.toLowerCase()}`;
  return element('div', { class: 'field' }, element('label', { for: control.id }, label), control);
}

function choice(label, names, values, onchange) {
  const options = names.map((name, i) => element('option', { value: values[i] }, name));
  const select = element('select', { onchange }, options);
  return { select, field: labelled(label, select) };
}

/** Controls, and what they select: {element, read()}; `changed` is called after each change. */
export function selectionBar(data, changed) {
  const choices = spans(data);
  const earliest = (data.before ?? data.period)[0];
  const day = (value) => element('input', {
    type: 'date', value: formatDay(value), min: formatDay(earliest), max: formatDay(data.period[1]), required: true, onchange: edited,
  });
  const from = day(data.period[0]);
  const to = day(data.period[1]);
  const span = choice('Period', [...choices.map(([name]) => name), 'Days…'], [...choices.keys(), 'days'], () => {
    if (span.select.value !== 'days') [from.value, to.value] = choices[span.select.value][1].map(formatDay);
    changed();
  });
  function edited() {
    span.select.value = 'days';
    if (readPeriod()) changed();
  }
  function readPeriod() {
    const period = [dayIn(from.value), dayIn(to.value)];
    const isGood = period[0] >= earliest && period[0] <= period[1] && period[1] <= data.period[1];
    to.setCustomValidity(isGood ? '' : `choose days from ${formatDay(earliest)} to ${formatDay(data.period[1])}`);
    return isGood ? period : null;
  }
  const listOf = (label, names) => choice(label, ['All', ...names], [ALL, ...names.keys()], changed);
  const repository = listOf('Repository', data.repositories);
  const authors = [...new Set(data.pulls.author)].filter((author) => !Number.isNaN(author)).sort((a, b) => a - b);
  const author = choice('Author', ['All', ...authors.map((i) => data.people[i])], [ALL, ...authors], changed);
  const team = listOf('Team', data.teams.map(({ name }) => name));
  const reset = element('button', { type: 'reset' }, 'Reset');
  const form = element('form', { class: 'selection', 'aria-label': 'Selection', onsubmit: (event) => event.preventDefault(), onreset: () => setTimeout(changed) },
    span.field,
    labelled('From', from),
    labelled('To', to),
    data.repositories.length > 1 ? repository.field : null,
    authors.length > 0 ? author.field : null,
    data.teams.length > 0 ? team.field : null,
    reset);

  function read() {
    const { pulls } = data;
    const members = team.select.value === ALL ? null : new Set(data.teams[team.select.value].people);
    const wantedRepository = repository.select.value === ALL ? null : Number(repository.select.value);
    const wantedAuthor = author.select.value === ALL ? null : Number(author.select.value);
    return {
      period: readPeriod() ?? data.period,
      has: (i) => (wantedRepository === null || pulls.repository[i] === wantedRepository)
        && (wantedAuthor === null || pulls.author[i] === wantedAuthor) && (members === null || members.has(pulls.author[i])),
    };
  }
  return { element: form, read };
}
