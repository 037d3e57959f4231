import * as z from 'zod';
import { pageOf } from '../kernel/page.ts';
import { AwsError, type Operation } from '../kernel/service.ts';
import type { BookedRule, RuleBook } from './rule-book.ts';

const page = {
  Limit: z.coerce.number().int().min(1).max(100).default(100),
  NextToken: z.string().optional(),
};
const name = z.string().regex(/^[\w.-]{1,64}$/, '1 to 64 letters, digits, dots, hyphens and underscores');
const target = z.looseObject({ Id: z.string().min(1), Arn: z.string() });

const ListRules = z.object({ ...page, NamePrefix: z.string().default('') });
const ListTargets = z.object({ ...page, Rule: z.string() });
const PutRule = z.object({
  Name: name,
  EventPattern: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Description: z.string().optional(),
});
const PutTargets = z.object({ Rule: name, Targets: z.array(target).min(1).max(10) });
const RemoveTargets = z.object({ Rule: name, Ids: z.array(z.string()).min(1).max(10) });
const ByName = z.object({ Name: z.string() });

/** A rule may have five targets (EventBridge user guide, "EventBridge quotas"). */
const MAX_TARGETS = 5;

/** The operations on the rules of the default bus. */
export function ruleOperations(book: RuleBook): Record<string, Operation> {
  return { ...lookAround(book), ...change(book) };
}

function lookAround(book: RuleBook): Record<string, Operation> {
  return {
    ListRules: (input) => {
      const read = ListRules.parse(input);
      const named = book.all().filter(({ rule }) => rule.name.startsWith(read.NamePrefix));
      const { items, next } = pageOf(named, ({ rule }) => rule.name, read.Limit, read.NextToken);
      return { Rules: items.map(describe), ...(next === undefined ? {} : { NextToken: next }) };
    },
    DescribeRule: (input) => describe(book.at(ByName.parse(input).Name)),
    ListTargetsByRule: (input) => {
      const read = ListTargets.parse(input);
      const targets = targetsOf(book.at(read.Rule));
      const { items, next } = pageOf(targets, ({ Id }) => Id, read.Limit, read.NextToken);
      return { Targets: items, ...(next === undefined ? {} : { NextToken: next }) };
    },
  };
}

function change(book: RuleBook): Record<string, Operation> {
  return {
    PutRule: (input) => {
      const { Name, EventPattern, ...rest } = PutRule.parse(input);
      const known = book.find(Name);
      const Targets = known === undefined ? [] : targetsOf(known);
      const properties = { ...rest, Name, EventPattern: patternOf(EventPattern), Targets };
      return { RuleArn: orInvalid(() => book.put(Name, properties)).rule.arn };
    },
    PutTargets: (input) => {
      const { Rule, Targets } = PutTargets.parse(input);
      const known = book.at(Rule);
      const others = targetsOf(known).filter(({ Id }) => !Targets.some((one) => one.Id === Id));
      if (others.length + Targets.length > MAX_TARGETS) {
        throw new AwsError('LimitExceededException', `A rule may have ${MAX_TARGETS} targets.`);
      }
      orInvalid(() => book.put(Rule, { ...known.properties, Targets: [...others, ...Targets] }));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input) => {
      const { Rule, Ids } = RemoveTargets.parse(input);
      const known = book.at(Rule);
      const Targets = targetsOf(known).filter(({ Id }) => !Ids.includes(Id));
      book.put(Rule, { ...known.properties, Targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    DeleteRule: (input) => {
      const { Name } = ByName.parse(input);
      const known = book.find(Name);
      if (known !== undefined && targetsOf(known).length > 0) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      book.remove(Name);
      return {};
    },
  };
}

function describe({ rule, properties }: BookedRule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: JSON.stringify(properties['EventPattern']),
    State: rule.isEnabled ? 'ENABLED' : 'DISABLED',
    Description: properties['Description'],
    EventBusName: 'default',
  };
}

function targetsOf({ properties }: BookedRule): z.infer<typeof target>[] {
  return z.array(target).default([]).parse(properties['Targets']);
}

function patternOf(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    throw new AwsError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${String(error)}`,
    );
  }
}

function orInvalid<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    throw new AwsError('ValidationException', error instanceof Error ? error.message : String(error));
  }
}
