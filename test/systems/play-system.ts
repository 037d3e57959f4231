import type { PlayedSystem } from './find-systems.ts';
import { DAY_S, fireOnHealthyDay } from './healthy-day.ts';
import { playRule, type RuleVerdict } from './play-rule.ts';
import type { SystemVerdict } from './report.ts';

/**
 * Plays one system: a healthy day, then rule by rule.
 * @param tell is told each step before it begins
 * @param only the one alert to play; all if not given
 */
export async function playSystem(
  played: PlayedSystem,
  tell: (step: string) => void = () => undefined,
  only?: string,
): Promise<SystemVerdict> {
  const { system } = played;
  tell(`${system.system}: a healthy day`);
  const problems = await fireOnHealthyDay(played);
  const rules: RuleVerdict[] = [];
  const chosen = system.rules.filter(({ alert }) => only === undefined || alert === only);
  for (const [at, rule] of chosen.entries()) {
    tell(`${system.system}: ${String(at + 1)} of ${String(chosen.length)}, ${rule.alert}`);
    rules.push(await playRule(played, rule));
  }
  return { system: system.system, healthyS: DAY_S, rules, notPlayed: [], problems };
}
