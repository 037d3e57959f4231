import type { Check } from './doctor.ts';
import { found, notTried } from './finding.ts';

const LONGEST_SUBJECT = 99;

/** D2 and A5: a page to one person who was named for it, with the longest subject that SNS takes. */
export const checkPage: Check = {
  ids: ['D2', 'A5'],
  says: 'sending a test page, if somebody was named for it',
  run: async ({ page, sendPage, run }) => {
    if (page === undefined) {
      const why = 'nobody is paged by surprise: name a person with --page PERSON';
      return [notTried('D2', why), notTried('A5', why)];
    }
    const subject = `[test] Homeostat doctor ${run}: this is only a test, nothing is wrong `;
    const message = `A test page of \`homeostat doctor\` to ${page.person}. Nothing is wrong; you need not answer.`;
    await sendPage({ topic: page.topic, subject: subject.padEnd(LONGEST_SUBJECT, '.'), message });
    return [
      found('D2', true, `sent to ${page.person}; ask whether it came`),
      found('A5', true, `SNS took a subject of ${String(LONGEST_SUBJECT)} characters`),
    ];
  },
};
