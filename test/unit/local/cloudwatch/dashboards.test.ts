import { expect, test } from 'vitest';
import { dashboards } from '../../../../local/cloudwatch/dashboards.ts';
import { createFakeKernel } from '../../../fakes/fake-kernel.ts';

const CALL = { principal: 'owner', requestId: 'r' };
const BODY = JSON.stringify({ widgets: [] });

function started() {
  const kernel = createFakeKernel();
  const { operations, provider } = dashboards(kernel, kernel.state('cloudwatch'));
  const put = (properties: object) =>
    provider.put({ stack: 's', logicalId: 'l', suggestedName: 's-l', properties: { ...properties } });
  return {
    kernel,
    put,
    provider,
    rpc: (name: string, input: object) => operations[name]?.({ ...input }, CALL),
  };
}

test('a dashboard is kept as it was declared and told again', async () => {
  const { kernel, put, rpc } = started();
  await put({ DashboardName: 'homeostat-shop-us-east-1', DashboardBody: BODY });
  await put({ DashboardBody: BODY });
  expect(rpc('GetDashboard', { DashboardName: 'homeostat-shop-us-east-1' })).toEqual({
    DashboardArn: `arn:aws:cloudwatch::${kernel.accountId}:dashboard/homeostat-shop-us-east-1`,
    DashboardBody: BODY,
    DashboardName: 'homeostat-shop-us-east-1',
  });
  const names = (input: object) =>
    (rpc('ListDashboards', input) as { DashboardEntries: { DashboardName: string; Size: number }[] })
      .DashboardEntries;
  expect(names({}).map(({ DashboardName }) => DashboardName)).toEqual(['homeostat-shop-us-east-1', 's-l']);
  expect(names({ DashboardNamePrefix: 'homeostat-' })).toMatchObject([{ Size: BODY.length }]);
});

test('one that is no longer declared is gone, and says so by name', async () => {
  const { put, provider, rpc } = started();
  await put({ DashboardName: 'gone', DashboardBody: BODY });
  await provider.remove?.('gone');
  expect(() => rpc('GetDashboard', { DashboardName: 'gone' })).toThrow('There is no dashboard "gone".');
});

test.each([
  ['no JSON', { DashboardName: 'x', DashboardBody: '{' }],
  ['no widgets', { DashboardName: 'x', DashboardBody: '{}' }],
  [
    '501 widgets',
    {
      DashboardName: 'x',
      DashboardBody: JSON.stringify({ widgets: Array.from({ length: 501 }, () => ({})) }),
    },
  ],
  ['a name with a dot', { DashboardName: 'x.y', DashboardBody: BODY }],
])('a dashboard with %s is refused', (_, properties) => {
  expect(() => started().put(properties)).toThrow();
});
