-- The viewer of a transaction, found by the SHA-256 of the token in stillframe.token. See row_security.py.
--
-- Without a valid session or token every result is null. With sign-in off it is the local viewer, without a name. The
-- writer reads for all viewers.
CREATE OR REPLACE FUNCTION stillframe_viewer(OUT name text, OUT is_admin boolean, OUT scopes text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hash bytea;
BEGIN
    IF (SELECT mode FROM public.sign_in_mode) = 'off' OR pg_has_role(session_user, 'stillframe_writer', 'USAGE') THEN
        is_admin := true;
        scopes := '{read,status,refresh}';
        RETURN;
    END IF;
    hash := sha256(convert_to(current_setting('stillframe.token', true), 'UTF8'));
    SELECT viewer.name, viewer.is_admin, '{read,status,refresh}' INTO name, is_admin, scopes
    FROM public.session JOIN public.viewer ON viewer.name = session.viewer
    WHERE session.token_hash = hash AND session.ended_at IS NULL AND session.expires_at > statement_timestamp();
    IF NOT FOUND THEN
        SELECT viewer.name, viewer.is_admin, api_token.scopes INTO name, is_admin, scopes
        FROM public.api_token JOIN public.viewer ON viewer.name = api_token.viewer
        WHERE api_token.token_hash = hash AND api_token.revoked_at IS NULL
          AND (api_token.expires_at IS NULL OR api_token.expires_at > statement_timestamp());
    END IF;
END $$;

CREATE OR REPLACE FUNCTION stillframe_sees_all() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(is_admin AND 'read' = ANY (scopes), false) FROM public.stillframe_viewer());
END $$;

CREATE OR REPLACE FUNCTION stillframe_is_admin() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(is_admin AND 'status' = ANY (scopes), false) FROM public.stillframe_viewer());
END $$;

CREATE OR REPLACE FUNCTION stillframe_may_request() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce('refresh' = ANY (scopes), false) FROM public.stillframe_viewer());
END $$;

CREATE OR REPLACE FUNCTION stillframe_accounts() RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY(
        SELECT viewer_account.account_id
        FROM public.stillframe_viewer() AS me JOIN public.viewer_account ON viewer_account.viewer = me.name
        WHERE 'read' = ANY (me.scopes)
    );
END $$;

-- The name of a viewer who may read. Null for the local viewer, and without a valid session or token.
CREATE OR REPLACE FUNCTION stillframe_reader_name() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT me.name FROM public.stillframe_viewer() AS me WHERE 'read' = ANY (me.scopes));
END $$;

-- Postgres itself writes down who filed an edit, so that no page can file one as somebody else.
CREATE OR REPLACE FUNCTION stillframe_filed_by() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.filed_by := (SELECT me.name FROM public.stillframe_viewer() AS me);
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER filed_by BEFORE INSERT ON public.edit_request
FOR EACH ROW EXECUTE FUNCTION public.stillframe_filed_by();

-- Reads whose index conditions are operators that may not run before a row policy (they are not leakproof): the planner
-- would read the whole history of an account instead. These functions decide about the account first, then read.

CREATE OR REPLACE FUNCTION balance_versions_during(account integer, period tstzrange) RETURNS SETOF public.balance_version
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM public.balance_version
    WHERE (public.stillframe_sees_all() OR account = ANY (public.stillframe_accounts()))
      AND account_id = account AND tstzrange(valid_from, valid_to) && period
$$;

CREATE OR REPLACE FUNCTION position_versions_during(account integer, period tstzrange) RETURNS SETOF public.position_version
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM public.position_version
    WHERE (public.stillframe_sees_all() OR account = ANY (public.stillframe_accounts()))
      AND account_id = account AND tstzrange(valid_from, valid_to) && period
$$;

CREATE OR REPLACE FUNCTION order_versions_during(account integer, period tstzrange) RETURNS SETOF public.order_version
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM public.order_version
    WHERE (public.stillframe_sees_all() OR account = ANY (public.stillframe_accounts()))
      AND account_id = account AND tstzrange(valid_from, valid_to) && period
$$;

-- The lowest and highest net value of each quarter of a day, from refreshes in [since, until].
--
-- With many refreshes in a quarter two look-ups are the quickest, with few a scan of several days. The first quarter of
-- each five days shows which. The index has the order of `moments`, so nothing is sorted.
CREATE OR REPLACE FUNCTION refresh_extremes(account integer, since timestamptz, until timestamptz)
RETURNS TABLE (quarter timestamptz, low numeric, low_at timestamptz, high numeric, high_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp AS $$
    WITH days AS MATERIALIZED (
        SELECT days.at AS begins, least(days.at + interval '114 hours', until) AS ends, (
            SELECT count(*) FROM (
                SELECT FROM public.refresh
                WHERE account_id = account AND date_bin('6 hours', taken_at, '2000-01-01+00') = days.at
                LIMIT 40
            ) AS counted
        ) < 40 AS are_sparse
        FROM generate_series(date_bin('6 hours', since, '2000-01-01+00'), until, interval '120 hours') AS days (at)
        WHERE public.stillframe_sees_all() OR account = ANY (public.stillframe_accounts())
    )
    SELECT quarter.at, lowest.net_value, lowest.taken_at, highest.net_value, highest.taken_at
    FROM days
    CROSS JOIN LATERAL generate_series(days.begins, days.ends, interval '6 hours') AS quarter (at)
    CROSS JOIN LATERAL (
        SELECT net_value, taken_at FROM public.refresh
        WHERE account_id = account AND date_bin('6 hours', taken_at, '2000-01-01+00') = quarter.at
          AND taken_at >= since AND taken_at <= until AND net_value IS NOT NULL
        ORDER BY net_value, taken_at LIMIT 1
    ) AS lowest
    CROSS JOIN LATERAL (
        SELECT net_value, taken_at FROM public.refresh
        WHERE account_id = account AND date_bin('6 hours', taken_at, '2000-01-01+00') = quarter.at
          AND taken_at >= since AND taken_at <= until AND net_value IS NOT NULL
        ORDER BY net_value DESC, taken_at DESC LIMIT 1
    ) AS highest
    WHERE NOT days.are_sparse
    UNION ALL
    SELECT quarter.at, quarter.low, quarter.low_at, quarter.high, quarter.high_at
    FROM days
    CROSS JOIN LATERAL (
        SELECT at, low, moments[1], high, moments[cardinality(moments)]
        FROM (
            SELECT date_bin('6 hours', taken_at, '2000-01-01+00') AS at, min(net_value) AS low, max(net_value) AS high,
                   array_agg(taken_at ORDER BY net_value, taken_at) AS moments
            FROM public.refresh
            WHERE account_id = account AND date_bin('6 hours', taken_at, '2000-01-01+00') BETWEEN days.begins AND days.ends
              AND taken_at >= since AND taken_at <= until AND net_value IS NOT NULL
            GROUP BY 1
        ) AS listed
    ) AS quarter (at, low, low_at, high, high_at)
    WHERE days.are_sparse
$$;

-- The moments of the lowest and highest net value of each bucket that begins at first + n * width, from refreshes in
-- [since, until]. Buckets of at most a quarter of a day lie in two quarters, and the index alone tells their values.
-- IS TRUE keeps the planner from the index on taken_at, after which it would have to fetch each row.
CREATE OR REPLACE FUNCTION refresh_bucket_extremes(
    account integer, since timestamptz, until timestamptz, first timestamptz, width interval
)
RETURNS TABLE (starts timestamptz, low_at timestamptz, high_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp AS $$
    SELECT bucket.starts, (
        SELECT taken_at FROM public.refresh
        WHERE account_id = account AND net_value = bucket.low
          AND date_bin('6 hours', taken_at, '2000-01-01+00') = ANY (bucket.quarters)
          AND taken_at >= greatest(bucket.starts, since) AND taken_at < bucket.starts + width AND taken_at <= until
        ORDER BY taken_at LIMIT 1
    ), (
        SELECT taken_at FROM public.refresh
        WHERE account_id = account AND net_value = bucket.high
          AND date_bin('6 hours', taken_at, '2000-01-01+00') = ANY (bucket.quarters)
          AND taken_at >= greatest(bucket.starts, since) AND taken_at < bucket.starts + width AND taken_at <= until
        ORDER BY taken_at DESC LIMIT 1
    )
    FROM (
        SELECT date_bin(width, taken_at, first) AS starts, min(net_value) AS low, max(net_value) AS high,
               ARRAY[date_bin('6 hours', date_bin(width, taken_at, first), '2000-01-01+00'),
                     date_bin('6 hours', date_bin(width, taken_at, first) + width, '2000-01-01+00')] AS quarters
        FROM public.refresh
        WHERE account_id = account AND (taken_at >= since AND taken_at <= until) IS TRUE AND net_value IS NOT NULL
          AND date_bin('6 hours', taken_at, '2000-01-01+00')
              BETWEEN date_bin('6 hours', since, '2000-01-01+00') AND until
          AND (public.stillframe_sees_all() OR account = ANY (public.stillframe_accounts()))
        GROUP BY date_bin(width, taken_at, first)
    ) AS bucket
$$;
