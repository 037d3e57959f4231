import { printable } from '../shared/domain/alert/fill-text.ts';
import type { StoryLine } from '../shared/domain/incident/explain.ts';
import { storyOf } from '../shared/domain/incident/explain.ts';
import { systemOfIncident } from '../shared/application/operate.ts';
import { addOperatorOptions, withOperator } from './operator.ts';
import type { OperatorOptions } from './operator.ts';
import { answer, CommandFailed, EXIT } from './output.ts';
import { examples, JSON_OPTION } from './program.ts';
import type { AddCommand } from './program.ts';

/** The story of an incident, open or resolved: every event with the reason that decided. */
export function explainIncident(options: OperatorOptions, incident: string): Promise<StoryLine[]> {
  return withOperator(options, async ({ catalog, incidents }) => {
    const system = systemOfIncident(catalog, incident);
    const state = await incidents.load(system);
    const known = state.incidents[incident] ?? state.resolved.find(({ id }) => id === incident);
    const toSeq = known !== undefined && 'resolvedSeq' in known ? known.resolvedSeq : state.seq;
    // What is resolved too long ago to be in the state is still in the log, from its beginning.
    const story = storyOf(incident, await incidents.read(system, known?.openedSeq ?? 1, toSeq));
    if (story.length > 0) return story;
    throw new CommandFailed(
      EXIT.notSo,
      `there never was an incident ${incident}. \`npx homeostat incidents --all\` lists the last ones.`,
    );
  });
}

export const addExplain: AddCommand = (program, terminal) => {
  const command = program
    .command('explain')
    .description('tell the story of an incident: every event, and why')
    .argument('<incident>', 'its id, as in the page')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat explain shop-3', 'what happened, who was told, what was done'],
        ['homeostat explain shop-3 --json', 'the events as they stand in the log'],
      ),
    );
  addOperatorOptions(command);
  command.action(async (incident: string, options: OperatorOptions & { json?: boolean }) => {
    const story = await explainIncident(options, incident);
    answer(terminal, options.json === true, { incident, story }, () => storyLines(story));
  });
};

/** One line an event, its reason indented under it where there is one. */
export function storyLines(story: readonly StoryLine[]): string[] {
  return story.flatMap(({ atMs, what, why, by }) => [
    `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')}  ${printable(what)}  (${by})`,
    ...(why === '' ? [] : [`                     because ${printable(why)}`]),
  ]);
}
