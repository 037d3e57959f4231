import type { ResolvedView } from '../view/page-view.ts';
import { byId, el, keyedList } from './dom.ts';
import { storyList } from './story.ts';
import { lengthText, timeEl } from './time.ts';

const update = keyedList<ResolvedView>(
  byId('resolved'),
  ({ id }) => id,
  ({ id, severity, subject, openedAtMs, resolvedAtMs, by }) => {
    const story = storyList(id);
    const node = el(
      'details',
      {},
      el(
        'summary',
        {},
        el('strong', {}, `${id} ${subject}`),
        el(
          'span',
          { class: 'quiet' },
          `${severity}, open for ${lengthText(resolvedAtMs - openedAtMs)}, resolved by ${by} `,
          timeEl('ago', resolvedAtMs),
        ),
      ),
      story.node,
    );
    return {
      node,
      update: (view) => {
        story.update(view.story);
      },
    };
  },
);

export function showResolved(resolved: readonly ResolvedView[]): void {
  byId('no-resolved').hidden = resolved.length > 0;
  update(resolved);
}
