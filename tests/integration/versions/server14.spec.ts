import { comesBackWhole } from './roundTrip.ts';

comesBackWhole(14, { dumpedBy: 15, notes: [] });
