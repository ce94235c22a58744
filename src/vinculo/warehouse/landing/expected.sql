-- About how many lines the store holds, as its planner believes.
SELECT greatest(reltuples, 0)::bigint AS lines FROM pg_class WHERE relname = 'identify_orderline'
