import { comesBackWhole, mergesBack, tellsPolicies } from './roundTrip.ts';
import { protectsTenants } from './rowSecurity.ts';

comesBackWhole(14, { dumpedBy: 15, notes: [] });
tellsPolicies(14);
protectsTenants(14, 15);
mergesBack(14);
