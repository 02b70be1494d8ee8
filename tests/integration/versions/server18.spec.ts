import { comesBackWhole } from './roundTrip.ts';

comesBackWhole(18, { dumpedBy: 18, notes: [] });
