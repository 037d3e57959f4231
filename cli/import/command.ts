import { examples, type AddCommand } from '../program.ts';
import { addImportPrometheus } from './prometheus.ts';

/** `homeostat import`: from what a team has to a catalog. */
export const addImport: AddCommand = (program, terminal, endWith) => {
  const parent = program
    .command('import')
    .description('make a catalog of what another system is configured with')
    .addHelpText(
      'after',
      examples([
        'homeostat import prometheus prometheus.yml --out ops',
        'a catalog of a Prometheus configuration',
      ]),
    );
  addImportPrometheus(parent, terminal, endWith);
};
