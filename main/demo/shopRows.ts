const lists = {
  first:
    'Anna Mehmet Sofia Lukas Elif Jonas Marie Ali Greta Paul Zeynep Emma Leon Fatma Ida Noah Ayşe Karl Lena Omar Clara Milan Rosa Hugo Selin Otto Nora Emre Ella Finn',
  last: 'Yılmaz Schneider Öztürk Müller Kaya Fischer Demir Weber Şahin Wagner Çelik Becker Aydın Hoffmann Arslan Koch Doğan Richter Kılıç Klein Aslan Wolf Çetin Neumann Kara Braun Koç Zimmermann Kurt Hartmann',
  city: 'Berlin Hamburg München Köln Frankfurt Stuttgart Düsseldorf Leipzig Dortmund Essen Bremen Dresden Hannover Nürnberg',
  street:
    'Hauptstraße Bahnhofstraße Gartenweg Lindenallee Marktplatz Schillerstraße Goethestraße Bergstraße Mühlenweg Kirchgasse Ringstraße Am-Hafen',
  metal: 'gold white-gold rose-gold silver platinum palladium titanium',
  stone: 'diamond ruby sapphire emerald opal pearl topaz garnet amethyst aquamarine tourmaline none',
  piece: 'ring necklace bracelet earrings pendant brooch watch cufflinks anklet tiara chain charm',
  style:
    'vintage modern art-deco minimalist baroque floral geometric classic hand-forged filigree braided polished matte',
  remark:
    'delivered with certificate and gift wrapping|customer asked for a smaller size|engraving checked twice|to be picked up on Saturday|stone reset under warranty|paid a deposit in the shop|allergic to nickel|prefers to be called in the evening|birthday present, do not send by mail|repair of the clasp offered free of charge',
  event: 'page.view product.view cart.add cart.remove checkout.start checkout.done search login wishlist.add',
};

const list = (words: string, separator = ' ') =>
  `ARRAY[${words
    .split(separator)
    .map((word) => `'${word}'`)
    .join(',')}]`;

/** One SQL expression: a word of the list, chosen by a seed so that the rows are the same every time. */
const pick = (kind: keyof typeof lists, seed: string) => {
  const separator = kind === 'remark' ? '|' : ' ';
  return `(${list(lists[kind], separator)})[1 + (hashint8(${seed}) & 2147483647) % ${lists[kind].split(separator).length}]`;
};
const pickNumber = (seed: string, size: string | number) => `((hashint8(${seed}) & 2147483647) % (${size}))`;

/**
 * The statements that fill the shop, each a whole table.
 * @param scale 1 makes a database of about 250 MB; 0.01 one for tests.
 */
export function shopRows(scale: number, tenants: number): string[] {
  const count = (rows: number) => Math.max(20, tenants, Math.round(rows * scale));
  const customers = count(60_000);
  const products = count(40_000);
  const sales = count(160_000);
  // Rows refer only to rows of their own tenant: row g belongs to tenant 1 + g % tenants.
  const sameTenant = (g: string, seed: string, rows: number) =>
    `(${pickNumber(seed, Math.floor(rows / tenants))} * ${tenants} + 1 + (${g} + ${tenants - 1}) % ${tenants})`;
  const moment = (seed: string) =>
    `timestamptz '2025-10-01 08:00+00' + ${pickNumber(seed, 400 * 86400)} * interval '1 second'`;
  return [
    `SET search_path = shop`,
    `INSERT INTO tenants (name, slug, city, settings, opened_on)
     SELECT 'Juwelier ' || ${pick('last', 'g')} || ' & ' || ${pick('first', 'g * 3')}, 'shop-' || g, ${pick('city', 'g')},
       jsonb_build_object('currency', 'EUR', 'vat', 19, 'printer', 'counter-' || g), date '2004-03-01' + g::int * 90
     FROM generate_series(1, ${tenants}) g`,
    `INSERT INTO metal_prices SELECT metal, day::date, round((20 + ${pickNumber('extract(day FROM day)::bigint * length(metal)', 6000)} / 100.0)::numeric, 4)
     FROM unnest(${list(lists.metal)}) metal, generate_series(date '2025-10-01', date '2026-10-01', interval '1 day') day`,
    `INSERT INTO customers (tenant_id, full_name, email, phone, address, birthday, loyalty, referred_by, notes, created_at)
     SELECT 1 + g % ${tenants}, ${pick('first', 'g')} || ' ' || ${pick('last', 'g * 7')},
       lower(${pick('first', 'g')}) || '.' || g || '@example.' || (ARRAY['com', 'de', 'org'])[1 + g % 3],
       '+49 ' || (30 + g % 800) || ' ' || ${pickNumber('g * 11', 9000000)} + 1000000,
       ${pick('street', 'g * 13')} || ' ' || 1 + g % 190 || E'\\n' || 10000 + g % 89999 || ' ' || ${pick('city', 'g * 17')},
       date '1940-01-01' + ${pickNumber('g * 19', 25000)}, (ARRAY['none','none','silver','gold','platinum']::loyalty_level[])[1 + g % 5],
       CASE WHEN g % 9 = 0 AND g > ${5 * tenants} THEN g - ${tenants} * (1 + g % 5) END, CASE WHEN g % 4 = 0 THEN ${pick('remark', 'g')} WHEN g % 97 = 0 THEN E'tab\\there, back\\\\slash, "quotes"' END,
       ${moment('g * 23')}
     FROM generate_series(1, ${customers}) g`,
    `INSERT INTO products (tenant_id, sku, name, description, attributes, price, cost, active, updated_at)
     SELECT 1 + g % ${tenants}, 'J' || lpad(g::text, 8, '0'), initcap(${pick('style', 'g')} || ' ' || ${pick('metal', 'g * 3')} || ' ' || ${pick('piece', 'g * 5')}),
       'A ' || ${pick('style', 'g')} || ' ' || ${pick('piece', 'g * 5')} || ' in ' || ${pick('metal', 'g * 3')} || ' with ' || ${pick('stone', 'g * 7')} || ', '
         || ${pick('remark', 'g * 29')} || '. Matches the ' || ${pick('style', 'g * 31')} || ' ' || ${pick('piece', 'g * 37')} || ' of the same series; ' || ${pick('remark', 'g * 41')} || '.',
       jsonb_build_object('metal', ${pick('metal', 'g * 3')}, 'stone', ${pick('stone', 'g * 7')}, 'carat', ${pickNumber('g * 43', 300)} / 100.0,
         'weight_g', ${pickNumber('g * 47', 9000)} / 100.0, 'certificate', 'GIA-' || ${pickNumber('g * 53', 99999999)}, 'sizes', jsonb_build_array(48 + g % 5, 54 + g % 5)),
       4900 + ${pickNumber('g * 59', 900000)}, 2000 + ${pickNumber('g * 61', 2900)}, g % 23 <> 0, ${moment('g * 67')}
     FROM generate_series(1, ${products}) g`,
    `INSERT INTO inventory SELECT p.id, location, p.tenant_id, ${pickNumber('p.id * 71 + length(location)', 30)}, ${moment('p.id * 73')}
     FROM products p, unnest(ARRAY['counter', 'safe', 'warehouse']) location`,
    `INSERT INTO sales (tenant_id, customer_id, status, sold_at, total, note)
     SELECT 1 + g % ${tenants}, CASE WHEN g % 6 <> 0 THEN ${sameTenant('g', 'g * 79', customers)} END, (ARRAY['paid','paid','paid','shipped','open','returned']::sale_status[])[1 + g % 6],
       ${moment('g * 83')}, 5000 + ${pickNumber('g * 89', 800000)}, CASE WHEN g % 5 = 0 THEN ${pick('remark', 'g * 97')} END
     FROM generate_series(1, ${sales}) g`,
    `INSERT INTO sale_items (sale_id, line, product_id, quantity, unit_price, engraving)
     SELECT s, line, ${sameTenant('s', 's * 101 + line', products)}, 1 + line % 2, 4900 + ${pickNumber('s * 103 + line', 700000)},
       CASE WHEN (s + line) % 7 = 0 THEN ${pick('first', 's')} || ' & ' || ${pick('first', 's * 3')} || ' ∞ ' || 2000 + s % 26 END
     FROM generate_series(1, ${sales}) s, generate_series(1, 1 + s % 3) line`,
    `INSERT INTO payments (tenant_id, sale_id, method, amount, reference, paid_at)
     SELECT s.tenant_id, s.id, (ARRAY['cash','card','transfer','gift card']::payment_method[])[1 + s.id % 4], s.total,
       upper(substr(md5(s.id::text), 1, 16)), s.sold_at + interval '2 minutes' FROM sales s`,
    `INSERT INTO audit_log (tenant_id, actor, action, entity, change, at)
     SELECT 1 + g % ${tenants}, lower(${pick('first', 'g * 107')}), (ARRAY['INSERT','UPDATE','UPDATE','DELETE'])[1 + g % 4], (ARRAY['sales','customers','products','inventory'])[1 + g % 4],
       jsonb_build_object('id', g, 'before', jsonb_build_object('status', 'open', 'total', ${pickNumber('g * 109', 900000)}),
         'after', jsonb_build_object('status', 'paid', 'total', ${pickNumber('g * 113', 900000)}, 'note', ${pick('remark', 'g * 127')}), 'ip', '10.0.' || g % 250 || '.' || g % 199), ${moment('g * 131')}
     FROM generate_series(1, ${count(200_000)}) g`,
    `INSERT INTO events (tenant_id, kind, session, payload, at)
     SELECT 1 + g % ${tenants}, ${pick('event', 'g * 137')}, md5((g / 9)::text)::uuid, jsonb_build_object('path', '/' || ${pick('piece', 'g')} || '/' || g % 4000, 'ms', ${pickNumber('g * 139', 900)}),
       timestamptz '2025-12-20 00:00+00' + ${pickNumber('g * 149', 320 * 86400)} * interval '1 second'
     FROM generate_series(1, ${count(300_000)}) g`,
    `UPDATE products SET photo = lo_from_bytea(0, decode(repeat(md5(id::text), 400), 'hex')) WHERE id % ${Math.max(10, Math.round(products / 12))} = 1`,
  ];
}
