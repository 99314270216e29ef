#!/bin/sh
# Fills a shop to try things out: an administrator, a buyer, and a few products. Run it again, and what is there stays as it is.
#   examples/shop/fill.sh [http://localhost:8080]
# Where an operator's token is needed, which is everywhere but in embedded mode: TOKEN=... examples/shop/fill.sh https://shop.example
set -eu
shop=${1:-http://localhost:8080}
call() { # method, path, JSON or nothing, token or nothing
    curl -sS -X "$1" "$shop$2" ${3:+-H 'Content-Type: application/json' -d "$3"} ${4:+-H "Authorization: Bearer $4"}
}
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
needed() { # what, an answer
    [ -n "$1" ] || {
        echo "The shop answered: $2" >&2
        exit 1
    }
    echo "$1"
}
register() { # name; prints the id
    answer=$(call POST /users "{\"email\":\"$1-$run@shop.test\",\"password\":\"$password\",\"name\":\"$1\"}")
    needed "$(echo "$answer" | field user_id)" "$answer"
}
product() { # name, description, price, stock
    call GET "/products?search=$(echo "$1" | sed 's/ /%20/g')" | grep -q "\"name\":\"$1\"" && return
    answer=$(call POST /products \
        "{\"name\":\"$1\",\"description\":\"$2\",\"price\":$3,\"currency\":\"USD\",\"stock\":$4}" "$admin")
    needed "$(echo "$answer" | field product_id)" "$answer" > /dev/null
    [ "$4" = 1 ] && unit=piece || unit=pieces
    echo "$1, $3 USD, $4 $unit"
}

# Passwords are made, and known to nobody but who sees them now.
run=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
id=$(register admin)
call PUT "/api/v1/users/$id/admin" "" "${TOKEN:-}" > /dev/null
answer=$(call POST /user/auth "{\"email\":\"admin-$run@shop.test\",\"password\":\"$password\"}")
admin=$(needed "$(echo "$answer" | field access_token)" "$answer")
register buyer > /dev/null

product "Blue mug" "Holds tea" 12.50 100
product "Notebook" "160 pages with lines" 4.99 500
product "Route map" "All routes of the town on paper" 19.00 50
product "Pocket lamp" "Shines for ten hours" 24.90 20
product "The last kite" "There is one" 49.00 1
product "Declined globe" "The sandbox declines its price" 40.02 10

echo "administrator admin-$run@shop.test, buyer buyer-$run@shop.test, password of both $password"
