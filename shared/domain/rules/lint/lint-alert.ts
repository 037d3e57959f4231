import type { Lint } from './lint.ts';

/** An alert that nothing is known of but its name: how bad it is, or how long it must last. */
export const lintAlert: Lint = (rule) => {
  if (rule.kind !== 'alert') return [];
  const severity = rule.labels['severity'] ?? '';
  return [
    ...(severity === ''
      ? [
          {
            lint: 'severity',
            message:
              'no label "severity": nobody can tell whether it may wake a person; give critical, high, warning or info',
            in: 'labels' as const,
            from: 0,
          },
        ]
      : []),
    ...(rule.forMs === 0
      ? [
          {
            lint: 'for',
            message: 'no "for": one bad sample is enough to fire; give the time it must last, such as 1m',
            in: 'for' as const,
            from: 0,
          },
        ]
      : []),
  ];
};
