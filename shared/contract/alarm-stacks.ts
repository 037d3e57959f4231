/** CloudFormation takes 500 resources a stack, and 490 alarms with what belongs to them were 507. */
export const MOST_ALARMS_A_STACK = 400;
