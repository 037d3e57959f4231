import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Synthesized } from './synthesized.ts';

/** What cfn-lint has to say about one place in a template. */
interface Remark {
  readonly rule: string;
  readonly message: string;
  readonly stack: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface KnownRemark {
  readonly why: string;
  readonly fits: (remark: Remark) => boolean;
}

/** What cfn-lint 1.51 says that is not so; each entry is for one rule on one kind of resource. */
const KNOWN: readonly KnownRemark[] = [
  {
    why: 'a PromQL alarm has EvaluationCriteria in place of metrics',
    fits: ({ rule, type, properties }) =>
      rule === 'E3014' && type === 'AWS::CloudWatch::Alarm' && 'EvaluationCriteria' in properties,
  },
  {
    why: 'its list of actions is older than cloudwatch:DescribeAlarmContributors',
    fits: ({ rule, type, message }) =>
      rule === 'W3037' &&
      type === 'AWS::IAM::Policy' &&
      message.startsWith("'describealarmcontributors' is not one of"),
  },
  {
    why: 'the CDK lets a function wait for its role and policy by name; that says the role twice and harms nothing',
    fits: ({ rule, type, message }) =>
      rule === 'W3005' && type === 'AWS::Lambda::Function' && message.includes("/Properties/Role'"),
  },
];

/** Whether `cfn-lint` (a Python program) is there. */
export function hasCfnLint(): boolean {
  return spawnSync('cfn-lint', ['--version']).status === 0;
}

/**
 * Errors and warnings of cfn-lint in the templates of an app. A stack without resources is left out:
 * `cdk deploy` does not deploy it.
 *
 * @param only what the names of the stacks begin with; all of them if not given
 * @returns what is not known, as `stack: rule message`, and the reasons in {@link KNOWN} that fit nothing
 * @throws Error if cfn-lint answers with anything but its findings
 */
export async function lint(
  app: Synthesized,
  only = '',
): Promise<{ remarks: string[]; unusedReasons: string[] }> {
  const stacks = app.stacks
    .filter(({ template }) => Object.keys(template.Resources).length > 0)
    .filter(({ name }) => name.startsWith(only));
  const files = stacks.map(({ name }) => join(app.outDir, `${name}.template.json`));
  const all = (JSON.parse(await cfnLint(files)) as RawRemark[]).map((raw) => asRemark(raw, app));
  return {
    remarks: all
      .filter((remark) => !KNOWN.some(({ fits }) => fits(remark)))
      .map(({ stack, rule, message }) => `${stack}: ${rule} ${message}`),
    unusedReasons: KNOWN.filter(({ fits }) => !all.some(fits)).map(({ why }) => why),
  };
}

/** Its exit code says no more than whether there are findings. */
function cfnLint(files: readonly string[]): Promise<string> {
  return new Promise((told, failed) => {
    execFile(
      'cfn-lint',
      ['--format', 'json', '--', ...files],
      { maxBuffer: 64 * 1024 * 1024 },
      (_, stdout, stderr) => {
        if (stdout === '') failed(new Error(`cfn-lint says nothing that can be read: ${stderr}`));
        else told(stdout);
      },
    );
  });
}

interface RawRemark {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly unknown[] | null };
}

function asRemark({ Filename, Message, Rule, Location }: RawRemark, app: Synthesized): Remark {
  const stack = app.stacks.find(({ name }) => Filename.endsWith(`/${name}.template.json`));
  const [section, id] = Location.Path ?? [];
  const resource = section === 'Resources' ? stack?.template.Resources[String(id)] : undefined;
  return {
    rule: Rule.Id,
    message: Message,
    stack: stack?.name ?? Filename,
    type: resource?.Type ?? '',
    properties: resource?.Properties ?? {},
  };
}
