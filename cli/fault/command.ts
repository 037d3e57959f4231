import { CommandFailed, EXIT, answer, table } from '../output.ts';
import { JSON_OPTION, examples } from '../program.ts';
import type { AddCommand } from '../program.ts';
import { STATE_OPTION, requireCloud } from '../running-cloud.ts';
import type { AlertFault } from './alert-fault.ts';
import { breakable, listed, order } from './order.ts';
import { CHOICES, MEANING, type InjectedFault } from './service-fault.ts';

function told(name: string, fault: string, done: InjectedFault | readonly AlertFault[]): string[] {
  if ('deploymentId' in done) return [`${name}: ${done.fault}. From now ${MEANING[done.fault]}.`];
  if (fault !== 'none')
    return done.map(
      ({ alert, services }) =>
        `${name}: ${alert}. From now ${services.join(', ')} shows what the rule is about; \`homeostat fault ${name} none\` ends it.`,
    );
  return done.length === 0
    ? [`${name}: nothing was on.`]
    : [`${name}: none. Over: ${done.map(({ alert }) => alert).join(', ')}.`];
}

export const addFault: AddCommand = (program, terminal) => {
  program
    .command('fault')
    .description('break a service of the running workload on demand, or bring an alert about')
    .argument('[name]', 'a service in workload.yaml, or a played system')
    .argument('[fault]', `${CHOICES.join(', ')}; or the name of an alert`)
    .option('--list', 'tell what there is to choose from')
    .option(...STATE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ...CHOICES.map((choice) => [`homeostat fault inventory ${choice}`, MEANING[choice]] as const),
        ['homeostat fault qbm-ai HighErrorRate', 'a played system shows what this rule is about'],
        ['homeostat fault qbm-ai none', 'all is well again'],
        ['homeostat fault --list', 'every fault of the catalog that runs'],
      ),
    )
    .action(async (name: string | undefined, fault: string | undefined, options: FaultOptions) => {
      const from = breakable(requireCloud(options.state));
      const isJson = options.json === true;
      if (options.list === true) {
        answer(terminal, isJson, listed(from), ({ services, alerts }) => [
          ...table(services.map(({ service, faults }) => [service, faults.join(', ')])),
          ...table(alerts.map(({ system, alert, services: suffer }) => [system, alert, suffer.join(', ')])),
        ]);
        return;
      }
      if (name === undefined || fault === undefined) {
        const message = 'expected a service (or system) and a fault; `homeostat fault --list` shows both';
        throw new CommandFailed(EXIT.cannot, message);
      }
      const done = await order(from, name, fault);
      answer(terminal, isJson, done, () => told(name, fault, done));
    });
};

interface FaultOptions {
  readonly state: string;
  readonly list?: boolean;
  readonly json?: boolean;
}
