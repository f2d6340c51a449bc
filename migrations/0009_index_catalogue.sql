-- What the catalogue's lists and its search walk along.

create index products_name_idx on products (lower(name), id);
create index products_updated_idx on products (updated_at, id);
-- Sorting and filtering by price walks this, cheapest first; the lowest price of a product stands for the product.
create index prices_amount_idx on prices (currency, amount, variant_id);
-- SKUs are searched by their beginning, whatever the case.
create index variants_sku_prefix_idx on variants (lower(sku) text_pattern_ops);

-- All words must be there, the last may be a beginning: as written in the name, or by their English stem in name and
-- description. Hyphens are read as to_tsvector reads them ("wd-40") and as spaces ("t-sh" on the way to "t-shirt").
-- Null when there is no word.
create function product_query(p_words text) returns tsquery
language sql immutable parallel safe as $$
  select string_agg('(' || words || ':*)', ' | ')::tsquery
  from (values
    (plainto_tsquery('simple', p_words)::text), (plainto_tsquery('english', p_words)::text),
    (plainto_tsquery('simple', replace(p_words, '-', ' '))::text)
  ) readings (words)
  where words <> ''
$$;
