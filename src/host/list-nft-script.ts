import { traceTablePrefix } from './nat-marks';

/**
 * A shell function `list_nft [-t]`: prints what `nft -j list ruleset` does (libnftables-json(5)); false where nft fails.
 *
 * nft before 1.0.7 frees the flags of a table before it prints them as JSON: what stands there is chance, or there is nothing at all.
 * A table has flags while it belongs to a process, as ours does while a packet is traced. Each table is then listed by itself, and
 * ours, which does nothing to packets, is left out.
 */
export const listNftFunction = `
list_nft() {
  ruleset=$(nft -j "$@" list ruleset 2>/dev/null) || return 1
  case $ruleset in
    '' | *'"version": "0.'*'"flags": '* | *'"version": "1.0.'[0-6]'"'*'"flags": '*) ;;
    *)
      printf '%s\\n' "$ruleset"
      return 0
      ;;
  esac
  tables=$(nft list tables 2>/dev/null) || return 1
  items=
  while read -r word family name; do
    case $word$name in
      table${traceTablePrefix}*) continue ;;
      table?*) ;;
      *) continue ;;
    esac
    table=$(nft -j "$@" list table "$family" "$name" 2>/dev/null) || return 1
    table=\${table#'{"nftables": ['}
    items=$items\${items:+, }\${table%']}'}
  done <<TABLES
$tables
TABLES
  printf '{"nftables": [%s]}\\n' "$items"
}`;
