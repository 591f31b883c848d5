-- The tables that are not read models. Every one belongs to a municipality, by its key and by row-level security.
-- Run by `asiapolku migrate` alone, as the migrating role, under a lock; the application's role cannot change it.

create or replace function tenant() returns text language sql stable parallel safe
    as $$ select nullif(current_setting('asiapolku.municipality', true), '') $$;

-- Events: written once, in an order that readers can trust --------------------------------------------------------

-- Whoever inserts waits for its turn, so positions are handed out in the order in which transactions commit and no
-- reader can pass an event that is still on its way.
create or replace function take_turn() returns trigger language plpgsql
    as $$ begin perform pg_advisory_xact_lock(7421002); return null; end $$;
create or replace trigger stored_events_in_turn before insert on stored_events
    for each statement execute function take_turn();

create or replace function refuse_change() returns trigger language plpgsql
    as $$ begin raise exception 'events are immutable: record a new event instead'; end $$;
create or replace trigger stored_events_immutable before update or delete or truncate on stored_events
    for each statement execute function refuse_change();

create index if not exists stored_events_by_municipality
    on stored_events (split_part(originator_id, '/', 1), notification_id);
alter table stored_events enable row level security;
drop policy if exists own on stored_events;
create policy own on stored_events using (split_part(originator_id, '/', 1) = tenant());
grant select, insert on stored_events to asiapolku_app;
grant usage on sequence stored_events_notification_id_seq to asiapolku_app;

-- Commands that were answered: twice is once ----------------------------------------------------------------------

create table if not exists answered (
    municipality text not null default tenant(),
    command_id uuid not null,
    digest text not null,
    stream text not null,
    version bigint not null,
    position bigint not null,
    primary key (municipality, command_id)
);

-- Keys of personal values, wrapped by the master key ---------------------------------------------------------------

create table if not exists personal_keys (
    municipality text not null default tenant(),
    key_id uuid not null,
    stream text not null,
    subject text not null,
    wrapped bytea not null,
    primary key (municipality, key_id),
    unique (municipality, stream, subject)
);

create table if not exists access_log (
    municipality text not null default tenant(),
    entry bigint generated always as identity,
    at timestamptz not null,
    user_id text not null,
    stream text not null,
    subjects text[] not null,
    why text not null,
    primary key (municipality, entry)
);

-- Who may come in -------------------------------------------------------------------------------------------------

create table if not exists users (
    municipality text not null default tenant(),
    user_id text not null,
    username text not null,
    password_hash text,
    display_name text not null,
    primary key (municipality, user_id),
    unique (municipality, username)
);
-- Until edition 2 a programme had a password that nobody knew; roles stood here and are facts now.
alter table users alter column password_hash drop not null;

create table if not exists sessions (
    municipality text not null default tenant(),
    token_hash text not null,
    user_id text not null,
    times_disabled int not null default 0,
    label text not null default '',
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (municipality, token_hash),
    foreign key (municipality, user_id) references users (municipality, user_id)
);
alter table sessions add column if not exists times_disabled int not null default 0;
alter table sessions drop column if exists roles;

create table if not exists sign_in_failures (
    municipality text not null default tenant(),
    who text not null,
    at timestamptz not null,
    primary key (municipality, who, at)
);

-- Municipalities, and how far an outside party has been listened to -------------------------------------------------

create table if not exists municipalities (
    municipality text not null default tenant() primary key
);

create or replace function municipality_codes() returns setof text language sql stable security definer
    set search_path = public as $$ select municipality from municipalities order by 1 $$;
grant execute on function municipality_codes() to asiapolku_app;

create table if not exists outside_positions (
    municipality text not null default tenant(),
    party text not null,
    position text not null,
    primary key (municipality, party)
);

-- What stands: written by the follower, read by doctor and /healthz -------------------------------------------------

create table if not exists standing (
    municipality text not null default tenant(),
    task text not null,
    position bigint not null,
    event text not null,
    error text not null,
    since timestamptz not null,
    primary key (municipality, task)
);

-- Whoever migrates has mended something: what still stands is written again at the follower's next try.
delete from standing;

create or replace function all_standing() returns setof standing language sql stable security definer
    set search_path = public as $$ select * from standing order by municipality, position, task $$;
grant execute on function all_standing() to asiapolku_app;

do $$
declare name text;
begin
    foreach name in array array['answered', 'personal_keys', 'access_log', 'users', 'sessions', 'sign_in_failures',
                                'municipalities', 'outside_positions', 'standing'] loop
        execute format('alter table %I enable row level security', name);
        execute format('drop policy if exists own on %I', name);
        execute format('create policy own on %I using (municipality = tenant())', name);
    end loop;
end $$;

grant select, insert on answered, access_log, municipalities to asiapolku_app;
grant select, insert, delete on personal_keys, sign_in_failures to asiapolku_app;
grant select, insert, update, delete on standing to asiapolku_app;
grant select, insert, update on users, sessions, outside_positions to asiapolku_app;
