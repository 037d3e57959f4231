import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { serveConsole } from '../console/server/serve-console.ts';
import type { Console, ConsoleOptions } from '../console/server/serve-console.ts';
import type { LocalRun } from '../local/run.ts';
import { cloudWatchAlarmReader } from '../shared/adapters/cloudwatch/alarm-reader.ts';
import { promqlReader } from '../shared/adapters/cloudwatch/promql-reader.ts';
import { ecsServiceControl } from '../shared/adapters/ecs/service-control.ts';
import type { Outbox } from '../shared/ports/outbox.ts';
import { openOperator } from './operator.ts';
import { clientSettings } from './running-cloud.ts';
import { toldOf } from './told.ts';

const FIRST_PORT = 8080;
const TRIED_PORTS = 20;

/**
 * Serves the page of a running local cloud.
 *
 * @param port the one that was asked for; undefined takes 8080, or the next one that is free
 * @throws Error that says which port is taken
 */
export async function openLocalConsole(run: LocalRun, port: number | undefined): Promise<Console> {
  const settings = clientSettings(run.announced);
  const { operator, close } = openOperator(settings, run.catalog);
  const alarms = new CloudWatchClient(settings);
  const ecs = new ECSClient(settings);
  const end = (): void => {
    close();
    alarms.destroy();
    ecs.destroy();
  };
  const [broken] = run.services;
  try {
    const served = await onFreePort(port, (tried) =>
      serveConsole({
        operator,
        sources: {
          alarms: cloudWatchAlarmReader(alarms),
          series: promqlReader(settings),
          counts: ecsServiceControl(ecs),
        },
        outbox: outboxOf(run),
        ...(broken === undefined ? {} : { breakable: broken.service }),
        port: tried,
      } satisfies ConsoleOptions),
    );
    return {
      url: served.url,
      close: async () => {
        await served.close();
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

/**
 * Serves on the port that was asked for, else on 8080 or the next that is free.
 *
 * @param serve throws an error with code EADDRINUSE if the port is taken
 */
export async function onFreePort<T>(
  asked: number | undefined,
  serve: (port: number) => Promise<T>,
): Promise<T> {
  const ports =
    asked === undefined ? Array.from({ length: TRIED_PORTS }, (_, at) => FIRST_PORT + at) : [asked];
  for (const port of ports) {
    try {
      return await serve(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(
    asked === undefined
      ? `the console finds no free port from ${String(FIRST_PORT)} to ${String(FIRST_PORT + TRIED_PORTS - 1)}. Choose one with --console-port, or leave the page out with --no-console.`
      : `the console cannot listen on 127.0.0.1:${String(asked)}: the port is taken. Choose another with --console-port, or 0 for any free one.`,
  );
}

/** What would have been sent: the messages of the embedded SNS. */
function outboxOf({ cloud, catalog }: LocalRun): Outbox {
  return {
    last: (limit) =>
      Promise.resolve(
        // A message goes several ways, each a line of its own, so more lines than messages are read.
        toldOf(cloud.services.sns.outbox().slice(-4 * limit), catalog)
          .slice(-limit)
          .toReversed(),
      ),
  };
}
