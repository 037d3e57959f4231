import { examples, type AddCommand } from '../program.ts';
import { addRulesCheck } from './check.ts';
import { addRulesExplain } from './explain.ts';
import { addRulesImport } from './import.ts';
import { addRulesTest } from './test.ts';

/** `homeostat rules`: what is done with rule files outside a catalog. */
export const addRules: AddCommand = (program, terminal, endWith) => {
  const rules = program
    .command('rules')
    .description('work with Prometheus rule files')
    .addHelpText(
      'after',
      examples(
        ['homeostat rules check rules.yaml', 'what is wrong in a rule file, and what is doubtful'],
        ['homeostat rules test rules.test.yaml', 'run the unit tests that a team has for its rules'],
      ),
    );
  addRulesCheck(rules, terminal, endWith);
  addRulesImport(rules, terminal, endWith);
  addRulesExplain(rules, terminal);
  addRulesTest(rules, terminal, endWith);
};
