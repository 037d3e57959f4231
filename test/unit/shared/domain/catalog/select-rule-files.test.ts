import { expect, test } from 'vitest';
import { selectRuleFiles } from '../../../../../shared/domain/catalog/select-rule-files.ts';

const FOLDER = { name: 'shop', files: ['alerts/db.yaml', 'alerts/deep/web.yaml', 'rules.yaml'] };

test.each([
  [['rules.yaml'], ['shop/rules.yaml']],
  [['./rules.yaml'], ['shop/rules.yaml']],
  [['alerts/*.yaml'], ['shop/alerts/db.yaml']],
  [['**/*.yaml'], ['shop/alerts/db.yaml', 'shop/alerts/deep/web.yaml', 'shop/rules.yaml']],
  [['rules.yaml', '*.yaml'], ['shop/rules.yaml']],
  [['rule?.yaml'], ['shop/rules.yaml']],
  [[], []],
])('%j takes %j', (patterns, files) => {
  const selection = selectRuleFiles(patterns, FOLDER);
  expect(selection.files).toEqual(files);
  expect(selection.isComplete).toBe(true);
});

test.each(['../secrets.yaml', '/etc/hosts', 'alerts', '[', '{a'])(
  '%j fits nothing and is told',
  (pattern) => {
    const selection = selectRuleFiles([pattern], FOLDER);
    expect(selection).toMatchObject({ files: [], isComplete: false, findings: [{ severity: 'error' }] });
  },
);
