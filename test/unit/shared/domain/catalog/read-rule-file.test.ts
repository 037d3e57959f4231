import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../../../../shared/domain/catalog/problem.ts';
import { readRuleFile } from '../../../../../shared/domain/catalog/read-rule-file.ts';
import { checkRuleFile } from '../../../../../shared/domain/rules/check-rule-file.ts';

const problemsIn = (text: string, ignoreUnknown = false): string[] =>
  readRuleFile(new Map([['r.yaml', text]]), 'r.yaml', { ignoreUnknown }).problems.map(formatProblem);

const MANIFEST = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: shop}
spec:
  groups:
    - name: shop
      rules:
        - alert: Down
          expr: up == 0
          for: 1m
          labels: {severity: critical}
`;

describe('a PrometheusRule for Kubernetes', () => {
  test('is a rule file under its spec', () => {
    const { value, problems } = readRuleFile(new Map([['r.yaml', MANIFEST]]), 'r.yaml');
    expect(problems).toEqual([]);
    expect(value?.groups?.[0]).toMatchObject({ name: 'shop', rules: [{ alert: 'Down', for: 60 }] });
  });

  test('what is wrong in it is told at its own place', () => {
    expect(problemsIn(MANIFEST.replace('for: 1m', 'form: 1m'))).toEqual([
      'r.yaml:10:11: unknown key "form"; did you mean "for"?',
    ]);
    const bad = MANIFEST.replace('up == 0', 'up ==');
    const { problems } = checkRuleFile('r.yaml', new Map([['r.yaml', bad]]), undefined);
    expect(problems.map(formatProblem)).toEqual([
      expect.stringMatching(/^r\.yaml:9:\d+: PromQL: /) as string,
    ]);
  });

  test('another kind of manifest is no rule file', () => {
    expect(problemsIn(MANIFEST.replace('PrometheusRule', 'ServiceMonitor'))[0]).toContain('unknown key');
  });
});

test.each(['', '# nothing yet\n', '---\n'])('an empty file (%j) has no rules, and a warning', (text) => {
  const { sound, problems } = readRuleFile(new Map([['r.yaml', text]]), 'r.yaml');
  expect(sound).toEqual({ groups: null });
  expect(problems).toMatchObject([
    { severity: 'warning', message: 'the file is empty: there is no rule in it' },
  ]);
});

test('an empty file that is broken besides is broken', () => {
  expect(readRuleFile(new Map([['r.yaml', '---\n---\na: 1\n']]), 'r.yaml').sound).toBeUndefined();
});

test('keys that Prometheus does not know are errors, or passed over, at every level', () => {
  const text = `owner: me
groups:
  - name: g
    namespace: x
    rules:
      - {alert: A, expr: up, team: y}
`;
  expect(problemsIn(text)).toHaveLength(3);
  expect(problemsIn(text, true)).toEqual([]);
  expect(problemsIn(text.replace('expr: up', 'expr: [1]'), true)).toHaveLength(1);
});

test('a template of a template engine is told as one', () => {
  expect(problemsIn('{{- if .Values.on }}\ngroups: []\n{{- end }}\n')).toEqual([
    expect.stringMatching(/^r\.yaml:1:1: this line is a template’s .* render the file first/) as string,
  ]);
});
