import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { dashboardName } from '../../shared/contract/names.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import { systemDashboard } from '../../shared/domain/dashboard/dashboard.ts';

/** CloudFormation takes a template of 1 MB; quotes in a body are escaped there, a quarter more. */
const MOST_CHARS = 650_000;

/** V1: a page for each system, made of the catalog. */
export class DashboardsStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { catalog, selfAlarms }: { readonly catalog: CompiledCatalog; readonly selfAlarms: readonly string[] },
  ) {
    super(scope, id, { description: 'Homeostat: dashboards' });
    const systems = Object.values(catalog.systems);
    const place = {
      region: this.region,
      alarmArnBase: this.formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: '',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      selfAlarms,
      mostChars: Math.floor(MOST_CHARS / systems.length),
    };
    for (const system of systems) {
      new CfnDashboard(this, system.system, {
        // Dashboards are one list for all Regions of an account.
        dashboardName: dashboardName(system.system, this.region),
        dashboardBody: this.toJsonString(systemDashboard(system, place)),
      });
    }
  }
}
