import type { AnswerView, IncidentView } from '../view/page-view.ts';
import { el, fillSelect, setText } from './dom.ts';
import { whoIsThere } from './who.ts';

const DURATIONS = [
  { value: '1800', label: '30 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '7200', label: '2 hours' },
  { value: '28800', label: '8 hours' },
  { value: '86400', label: '1 day' },
] as const;

interface Actions {
  readonly node: HTMLElement;
  readonly update: (incident: IncidentView) => void;
}

/** What a person can say about an incident: acknowledge at once, silence and resolve with a reason. */
export function actionsFor(id: string, system: string): Actions {
  const told = el('p', { class: 'told-back', role: 'status' });
  const ask = (action: string, body: () => object) => (): void => {
    const by = whoIsThere();
    if (by === undefined) {
      setText(told, 'Choose who you are first, at the top of the page.');
      return;
    }
    setText(told, 'Saying so…');
    void post(action, { ...body(), by }).then(({ message }) => {
      setText(told, message);
    });
  };
  const acknowledge = el('button', { type: 'button', 'data-acts': true, class: 'first' }, 'Acknowledge');
  acknowledge.addEventListener(
    'click',
    ask('acknowledge', () => ({ incident: id })),
  );
  const silence = silenceForm(id, (body) => {
    ask('silence', () => ({ system, ...body }))();
  });
  const resolve = resolveForm(id, (body) => {
    ask('resolve', () => ({ incident: id, ...body }))();
  });
  return {
    node: el('div', { class: 'actions' }, acknowledge, silence.node, resolve.node, told),
    update: (incident) => {
      setText(acknowledge, incident.acknowledgement === undefined ? 'Acknowledge' : 'Acknowledge again');
      silence.update(incident);
      resolve.update(incident);
    },
  };
}

function silenceForm(id: string, say: (body: object) => void): Actions {
  const about = el('select', { id: `${id}-silence-about` });
  const forS = el('select', { id: `${id}-silence-for` });
  const reason = el('input', { id: `${id}-silence-reason`, required: true, maxlength: '500' });
  const submit = el('button', { type: 'submit', 'data-acts': true }, 'Silence');
  fillSelect(forS, DURATIONS);
  const form = el(
    'form',
    {},
    el('p', {}, el('label', { for: about.id }, 'Hold back'), about),
    el('p', {}, el('label', { for: forS.id }, 'for'), forS),
    el('p', {}, el('label', { for: reason.id }, 'because'), reason),
    el('p', {}, submit, el('span', { class: 'quiet' }, 'What still fires at its end is paged.')),
  );
  const node = el('details', { class: 'form' }, el('summary', {}, 'Silence…'), form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    say({
      match: JSON.parse(about.value) as Record<string, string>,
      forS: Number(forS.value),
      reason: reason.value,
    });
    node.open = false;
  });
  return {
    node,
    update: ({ silences }) => {
      node.hidden = silences.length === 0;
      fillSelect(
        about,
        silences.map(({ label, match }) => ({ value: JSON.stringify(match), label })),
      );
    },
  };
}

function resolveForm(id: string, say: (body: object) => void): Actions {
  const reason = el('input', { id: `${id}-resolve-reason`, required: true, maxlength: '500' });
  const submit = el('button', { type: 'submit', 'data-acts': true }, 'Resolve');
  const whyNot = el('p', { class: 'quiet' });
  const form = el(
    'form',
    {},
    el('p', {}, el('label', { for: reason.id }, 'It is over because'), reason),
    submit,
  );
  const node = el('details', { class: 'form' }, el('summary', {}, 'Resolve…'), whyNot, form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    say({ reason: reason.value });
    node.open = false;
  });
  return {
    node,
    update: ({ whyNotResolve }) => {
      whyNot.hidden = whyNotResolve === undefined;
      form.hidden = whyNotResolve !== undefined;
      setText(whyNot, `Not now: ${whyNotResolve ?? ''}.`);
    },
  };
}

/** Never throws: what went wrong is an answer too. */
async function post(action: string, body: object): Promise<AnswerView> {
  try {
    const answer = await fetch(`/api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as AnswerView;
  } catch {
    return { done: false, message: 'Nobody answers: it was not done. Try again when the page is live.' };
  }
}
