import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { OwnSeverities } from '../../shared/domain/catalog/severity.ts';
import { SystemName } from '../../shared/domain/catalog/schema/text.ts';
import { filesNamedBy, importPrometheus } from '../../shared/domain/import/import-prometheus.ts';
import { readConfig, type NotCarried } from '../../shared/domain/import/notes.ts';
import { answer, CommandFailed, counted, EXIT, type ExitCode, type Terminal } from '../output.ts';
import { examples, JSON_OPTION } from '../program.ts';
import { SEVERITY_OPTION } from '../severity-option.ts';
import { filesNamedIn, readTextFile } from '../rules/rule-paths.ts';

interface ImportOptions {
  readonly out: string;
  readonly system: string;
  readonly severity?: OwnSeverities;
  readonly json?: boolean;
}

/**
 * Makes a catalog of a Prometheus configuration and names what it does not have.
 *
 * @returns 0 if all was carried, 1 if something was left; the catalog is written in both cases
 * @throws CommandFailed if the configuration cannot be read, or the folder is in use
 */
export function importConfiguration(file: string, options: ImportOptions, terminal: Terminal): ExitCode {
  const out = resolve(options.out);
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new CommandFailed(
      EXIT.cannot,
      `${options.out} is not empty, and nothing is written over; choose another --out`,
    );
  const text = readTextFile(file);
  if (typeof text !== 'string') throw new CommandFailed(EXIT.cannot, `${file} ${text.unreadable}`);
  const named = filesNamedBy(file, text);
  const result = importPrometheus(file, text, {
    system: options.system,
    severities: options.severity ?? new Map(),
    rules: new Map(filesNamedIn(file, named.rules).map((path) => [path, readTextFile(path)])),
    discovery: new Map(named.discovery.map((pattern) => [pattern, sdFilesOf(file, pattern)])),
  });
  if (!result.ok) throw new CommandFailed(EXIT.cannot, `nothing was written:\n${result.problems.join('\n')}`);
  writeWhole(out, result.files);
  const { carried, notCarried, rules } = result;
  const told = { catalog: options.out, files: [...result.files.keys()], carried, notCarried, rules };
  answer(terminal, options.json === true, told, linesOf);
  return notCarried.length === 0 ? EXIT.ok : EXIT.notSo;
}

/** The files of `file_sd_configs` that a pattern names and that can be read; JSON is YAML too. */
function sdFilesOf(config: string, pattern: string): { file: string; content: unknown }[] {
  return filesNamedIn(config, [pattern]).flatMap((file) => {
    const text = readTextFile(file);
    const read = typeof text === 'string' ? readConfig(file, text) : undefined;
    return read?.ok === true ? [{ file, content: read.value }] : [];
  });
}

/** All files or none: beside the folder first, then moved into its place. */
function writeWhole(out: string, files: ReadonlyMap<string, string>): void {
  const draft = join(dirname(out), `.${basename(out)}.${String(process.pid)}`);
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), text);
    }
    renameSync(draft, out);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw new CommandFailed(
      EXIT.cannot,
      `${out} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

interface Told {
  readonly catalog: string;
  readonly carried: readonly string[];
  readonly notCarried: readonly NotCarried[];
}

function linesOf({ catalog, carried, notCarried }: Told): string[] {
  return [
    ...carried.map((line) => `carried  ${line}`),
    ...notCarried.map(
      ({ file, line, column, what, reason, instead }) =>
        `left     ${file}:${String(line)}:${String(column)}: ${what}: ${reason}${instead === '' ? '' : `; ${instead}`}`,
    ),
    `${catalog}: written, ${counted(notCarried.length, 'thing')} left. Put in who is called (organization.yaml), then: homeostat validate ${catalog}`,
  ];
}

function systemName(text: string): string {
  const read = SystemName.safeParse(text);
  if (read.success) return text;
  throw new InvalidArgumentError('Expected lower-case letters, digits and -, beginning with a letter.');
}

/** Hangs `prometheus` into `homeostat import`. */
export function addImportPrometheus(
  parent: Command,
  terminal: Terminal,
  endWith: (code: ExitCode) => void,
): void {
  parent
    .command('prometheus')
    .description('make a catalog of a prometheus.yml: its scrape jobs and rule files')
    .argument('<file>', 'the configuration; rule files and target files are found beside it')
    .option('--out <dir>', 'folder for the catalog; must be new or empty', 'catalog')
    .option('--system <name>', 'name of the system that the jobs become', systemName, 'imported')
    .option(...SEVERITY_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        [
          'homeostat import prometheus prometheus.yml --out ops --system shop',
          'exit code 1 if something had to be left',
        ],
        [
          'homeostat import prometheus prometheus.yml --severity page=critical --severity ticket=warning',
          'where rules have severities of your own: they go into organization.yaml',
        ],
        [
          'homeostat import prometheus prometheus.yml --json',
          'what was carried and what was left, for a program',
        ],
      ),
    )
    .action((file: string, options: ImportOptions) => {
      endWith(importConfiguration(file, options, terminal));
    });
}
