import { useEffect, useState } from 'react';
import { request } from './bridge.ts';
import { useAnswer } from './useAnswer.ts';

/** Tells what a tenant is called, where it is known; else its id. */
export type NameOfTenant = (source: string, tenant: string) => string;

const byId: NameOfTenant = (_, tenant) => tenant;

/** The names of all tenants that were ever seen. A list is not kept waiting for them, nor spoilt where they lack. */
export function useTenantNames(): NameOfTenant {
  const { value } = useAnswer('sources.list', {}, ['sources', 'backups']);
  const [nameOf, setNameOf] = useState<NameOfTenant>(() => byId);
  useEffect(() => {
    let wanted = true;
    const asked = (value?.sources ?? [])
      .filter(({ tenants }) => tenants !== null)
      .map(({ name: source }) => request('tenants.coverage', { source }));
    void Promise.allSettled(asked).then((answers) => {
      if (!wanted) return;
      const names = new Map<string, string>();
      for (const answer of answers)
        if (answer.status === 'fulfilled')
          for (const { id, name } of answer.value.tenants)
            if (name !== null) names.set(`${answer.value.source}\n${id}`, name);
      setNameOf(() => (source: string, tenant: string) => names.get(`${source}\n${tenant}`) ?? tenant);
    });
    return () => {
      wanted = false;
    };
  }, [value]);
  return nameOf;
}
