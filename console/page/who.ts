import { byId, fillSelect, selectById } from './dom.ts';

const REMEMBERED = 'homeostat-who';

/** Who uses this browser: one of the catalog's people, remembered. */
export function startWho(): void {
  selectById('who').addEventListener('change', ({ target }) => {
    if (target instanceof HTMLSelectElement) localStorage.setItem(REMEMBERED, target.value);
  });
}

export function showPeople(people: readonly { readonly key: string; readonly name: string }[]): void {
  const select = selectById('who');
  fillSelect(select, [
    { value: '', label: 'choose…' },
    ...people.map(({ key, name }) => ({ value: key, label: name })),
  ]);
  const before = localStorage.getItem(REMEMBERED);
  if (select.value === '' && people.some(({ key }) => key === before)) select.value = before ?? '';
}

/** The person's key; undefined, with the select in focus, if nobody was chosen. */
export function whoIsThere(): string | undefined {
  const { value } = selectById('who');
  if (value !== '') return value;
  byId('who').focus();
  return undefined;
}
