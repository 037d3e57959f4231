import type { StoryLineView, StoryView } from '../view/page-view.ts';
import { el, setText, staticList } from './dom.ts';
import { timeEl } from './time.ts';

/** The story of an incident, oldest line first: what is new stands below what was read. */
export function storyList(incident: string): { node: HTMLElement; update: (story: StoryView) => void } {
  const earlier = el('p', { class: 'quiet' });
  const lines = el('ol', { class: 'story' });
  let count = 0;
  const update = staticList<StoryLineView & { readonly at: number }>(
    lines,
    (line) => `${String(line.at)} ${JSON.stringify(line)}`,
    storyLine,
  );
  return {
    node: el('div', {}, earlier, lines),
    update: (story) => {
      earlier.hidden = story.earlier === 0;
      setText(earlier, `${String(story.earlier)} earlier events: npx homeostat explain ${incident}`);
      const isFirst = count === 0;
      // Numbered from the beginning, so that a line stays itself when earlier ones go.
      update(story.lines.map((line, at) => ({ ...line, at: story.earlier + at })));
      const isNew = story.earlier + story.lines.length > count;
      if (isNew && !isFirst) lines.lastElementChild?.classList.add('new');
      count = story.earlier + story.lines.length;
    },
  };
}

function storyLine({ atMs, what, why, by, kind }: StoryLineView): HTMLElement {
  return el(
    'li',
    { 'data-kind': kind },
    el('div', {}, timeEl('at', atMs), el('p', { class: 'by' }, by)),
    el('div', {}, el('p', {}, what), why === '' ? undefined : el('p', { class: 'why' }, `because ${why}`)),
  );
}
