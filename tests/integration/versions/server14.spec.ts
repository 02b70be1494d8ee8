import { comesBackWhole, mergesBack, tellsPolicies } from './roundTrip.ts';

comesBackWhole(14, { dumpedBy: 15, notes: [] });
tellsPolicies(14);
mergesBack(14);
