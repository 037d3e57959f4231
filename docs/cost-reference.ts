import { readCatalogFolder } from '../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../shared/domain/catalog/compile.ts';
import { BUSY } from '../shared/domain/cost/month.ts';
import { statementBlocks } from '../shared/domain/cost/print-statement.ts';
import { assumedSize } from '../shared/domain/cost/sizes.ts';
import { costStatement } from '../shared/domain/cost/statement.ts';

const INTRODUCTION = `# What it costs

Made by \`docs/generate.ts\` from the price table in \`shared/domain/cost/prices.ts\`: what \`npx homeostat cost\` says of
the quick start in us-east-1. Your own catalog, with the sizes that your targets really send:

\`\`\`sh
npx homeostat cost --catalog my-catalog --measure
\`\`\`

*Idle* is a month in which nothing happens; *busy* has the incidents that stand below the total, and an option for
each number (\`npx homeostat cost --help\`). The free tier belongs to the account: what else runs there uses it too.

Two things decide: how long \`collect\` runs, at its memory (it sweeps all the time), and how many bytes your targets
send how often (\`collection.every\`).
`;

/**
 * The page about cost, for the catalog in a folder.
 *
 * @throws Error if that catalog is not valid
 */
export function costReference(folder: string): string {
  const compiled = compileCatalog(readCatalogFolder(folder));
  if (!compiled.ok) throw new Error(`The catalog in ${folder} is not valid; see homeostat validate.`);
  const { catalog } = compiled;
  const sizes = Object.values(catalog.systems).map((system) => [system.system, assumedSize(system)] as const);
  const blocks = statementBlocks(costStatement(catalog, Object.fromEntries(sizes), BUSY));
  return [INTRODUCTION, ...blocks.map(({ title, rows }) => `## ${title}\n\n${block(rows)}`)].join('\n\n');
}

/** A table, if all rows have several cells; else a list. The first row is the head if its first cell is empty. */
function block(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  if (columns === 1) return rows.map(([line = '']) => `- ${line}`).join('\n');
  const [first = []] = rows;
  const [head, body] =
    first[0] === '' ? [first, rows.slice(1)] : [Array.from({ length: columns }, () => ''), rows];
  const notes = body.filter((row) => row.length === 1).map(([line = '']) => `\n${line}`);
  const lines = [head, head.map(() => '---'), ...body.filter((row) => row.length > 1)];
  return [...lines.map((cells) => `| ${cells.join(' | ')} |`), ...notes].join('\n');
}
