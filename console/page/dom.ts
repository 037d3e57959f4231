/** Everything on the page is made here, of elements and text: nothing that comes from outside is ever markup. */

type Child = Node | string | undefined;

/** Makes an element. An attribute that is undefined or false is left out; true is the empty attribute. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | undefined>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}.`);
  return found;
}

export function selectById(id: string): HTMLSelectElement {
  const found = byId(id);
  if (found instanceof HTMLSelectElement) return found;
  throw new Error(`#${id} in index.html is no select.`);
}

/** Changes a text only if it is another one, so that screen readers hear only news. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** What stands for one item of a list, and how it takes a newer form of it. */
export interface Row<T> {
  readonly node: Element;
  readonly update: (item: T) => void;
}

/**
 * Keeps a list's elements in step with its items. An element lives as long as its item, so that an open
 * form, a focus or a scroll position survives every change around it.
 *
 * @returns the function that takes the newest items
 */
export function keyedList<T>(
  parent: Element,
  keyOf: (item: T) => string,
  create: (item: T) => Row<T>,
): (items: readonly T[]) => void {
  const rows = new Map<string, Row<T>>();
  return (items) => {
    const wanted = new Set(items.map(keyOf));
    for (const [key, { node }] of rows) {
      if (wanted.has(key)) continue;
      node.remove();
      rows.delete(key);
    }
    for (const [at, item] of items.entries()) {
      const key = keyOf(item);
      const row = rows.get(key) ?? create(item);
      rows.set(key, row);
      row.update(item);
      if (parent.children[at] !== row.node) parent.insertBefore(row.node, parent.children[at] ?? null);
    }
  };
}

/** A list whose items never change once they are there: each is made once. */
export function staticList<T>(
  parent: Element,
  keyOf: (item: T) => string,
  make: (item: T) => Element,
): (items: readonly T[]) => void {
  return keyedList(parent, keyOf, (item) => ({ node: make(item), update: () => undefined }));
}

/** Fills a select, keeping what is chosen if it is still there. */
export function fillSelect(
  select: HTMLSelectElement,
  options: readonly { readonly value: string; readonly label: string }[],
): void {
  const wanted = JSON.stringify(options);
  if (select.dataset['options'] === wanted) return;
  select.dataset['options'] = wanted;
  const { value } = select;
  select.replaceChildren(...options.map((option) => el('option', { value: option.value }, option.label)));
  if (options.some((option) => option.value === value)) select.value = value;
}
