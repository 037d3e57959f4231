import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { serveConsole } from '../console/server/serve-console.ts';
import type { Console, ConsoleOptions } from '../console/server/serve-console.ts';
import type { LocalRun } from '../local/run.ts';
import { cloudWatchAlarmReader } from '../shared/adapters/cloudwatch/alarm-reader.ts';
import { promqlReader } from '../shared/adapters/cloudwatch/promql-reader.ts';
import { ecsServiceControl } from '../shared/adapters/ecs/service-control.ts';
import type { Outbox } from '../shared/ports/outbox.ts';
import { onFreePort } from './free-port.ts';
import { openOperator } from './operator.ts';
import { clientSettings } from './running-cloud.ts';
import { toldOf } from './told.ts';

const PORTS = {
  first: 8080,
  tries: 20,
  who: 'the console',
  advice: 'Leave the page out with --no-console, or choose another port with --console-port',
};

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
    const served = await onFreePort({ ...PORTS, asked: port }, (tried) =>
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
