import { Validations } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NagRuleCompliance, ServerlessChecks } from 'cdk-nag';
import type { IApplyRule } from 'cdk-nag';

/** One rule that a resource does not keep; `id` is what an acknowledgement of it must say. */
interface Finding {
  readonly id: string;
  readonly path: string;
}

interface Acknowledgement extends Finding {
  readonly reason: string;
}

/** What the two packs find that nobody has acknowledged: `id at path`. */
export function unacknowledged(app: App): string[] {
  return [new AwsSolutionsChecks(app), new ServerlessChecks(app)]
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath ?? '?'}`),
    );
}

/** Acknowledgements that match no finding on their construct or below it: `id at path`. */
export function unneeded(app: App): string[] {
  const findings = allFindings(app);
  return acknowledgements(app)
    .filter(({ id, path }) => !findings.some((one) => one.id === id && `${one.path}/`.startsWith(`${path}/`)))
    .map(({ id, path }) => `${id} at ${path}`);
}

/** All that is acknowledged of the two packs, with where and why. */
export function acknowledgements(app: App): Acknowledgement[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ id: id.replace(/^Annotation::/, ''), path: node.path, reason }))
      .filter(({ id }) => /^(AwsSolutions|Serverless)-/.test(id)),
  );
}

/** What the packs find, whether or not it is acknowledged. */
function allFindings(app: App): Finding[] {
  const packs = [new RecordingSolutions(app), new RecordingServerless(app)];
  for (const pack of packs) pack.validateScope(app);
  return packs.flatMap(({ findings }) => findings);
}

class RecordingSolutions extends AwsSolutionsChecks {
  readonly findings: Finding[] = [];
  protected override applyRule(rule: IApplyRule): void {
    this.findings.push(...findingsOf(this.packName, rule));
  }
}

class RecordingServerless extends ServerlessChecks {
  readonly findings: Finding[] = [];
  protected override applyRule(rule: IApplyRule): void {
    this.findings.push(...findingsOf(this.packName, rule));
  }
}

function findingsOf(pack: string, applied: IApplyRule): Finding[] {
  const id = `${pack}-${applied.ruleSuffixOverride ?? applied.rule.name}`;
  const { path } = applied.node.node;
  const verdict = applied.rule(applied.node);
  if (Array.isArray(verdict)) return verdict.map((finding) => ({ id: `${id}[${finding}]`, path }));
  return verdict === NagRuleCompliance.NON_COMPLIANT ? [{ id, path }] : [];
}
