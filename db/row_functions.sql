-- The viewer of a transaction, found by the SHA-256 of the token in stillframe.token. See row_security.py.
--
-- Without a valid session or token every result is null. With sign-in off it is the local viewer, without a name.
CREATE OR REPLACE FUNCTION stillframe_viewer(OUT name text, OUT is_admin boolean, OUT scopes text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hash bytea;
BEGIN
    IF (SELECT mode FROM public.sign_in_mode) = 'off' THEN
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
