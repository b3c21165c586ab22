#!/bin/sh
# Tests the network between this machine and a host of Azure IoT. It was printed by: az iot diag network test --script sh
#
#   sh network.sh > facts.json             with the certificates that openssl trusts here
#   sh network.sh roots.pem > facts.json   with those that the device trusts
#
# Then, anywhere: az iot diag network test --facts facts.json
#
# It needs openssl (1.1.1 or later) and the usual tools of a POSIX system. It connects to the one host, sends no
# credential, and writes JSON with hosts, addresses, certificates and times. TLS is verified before anything is sent.
set -u
umask 077
LC_ALL=C
export LC_ALL
roots=${1:-}

#@TABLE@

connect_seconds=10
answer_seconds=5

if ! command -v openssl >/dev/null 2>&1; then
  echo 'openssl is missing here; install it, or run the script on a machine beside this one.' >&2
  exit 1
fi
case $(openssl version) in
  'OpenSSL 1.1.1'* | 'OpenSSL '[3-9]*) ;;
  *)
    echo "This is $(openssl version). The script needs OpenSSL 1.1.1 or later; other programs have other options." >&2
    exit 1 ;;
esac
if [ -n "$roots" ] && [ ! -r "$roots" ]; then
  echo "$roots cannot be read; give a file with the certificates that the device trusts, in PEM." >&2
  exit 1
fi
dir=${TMPDIR:-/tmp}/iotdiag-network-$$
mkdir "$dir" || exit 1
jobs=
trap 'rm -rf "$dir"' EXIT
# shellcheck disable=SC2086
trap 'kill $jobs 2>/dev/null; wait; exit 130' INT TERM HUP

# A text as the inside of a JSON string, on one line.
json() {
  printf '%s' "$1" | tr '\t\r\n' '   ' | tr -d '\000-\037\177-\377' | sed 's/\\/\\\\/g; s/"/\\"/g'
}

# The time now, as facts have it.
utc() {
  date -u +%Y-%m-%dT%H:%M:%SZ
}

# Where a port of the host leads: AZURE_IOTDIAG_CONNECT_TO may say so, as for az iot diag itself.
target() {
  mapped=",${AZURE_IOTDIAG_CONNECT_TO:-},"
  case $mapped in
    *",$host:$1="*) mapped=${mapped#*",$host:$1="}; echo "${mapped%%,*}" ;;
    *) case $host in *:*) echo "[$host]:$1" ;; *) echo "$host:$1" ;; esac ;;
  esac
}

# Runs openssl s_client towards a port, with verification: client PORT [MORE OPTIONS]
client() {
  to=$(target "$1")
  shift
  if [ "$is_address" -eq 1 ]; then
    set -- -verify_ip "$host" "$@"
  else
    set -- -servername "$host" -verify_hostname "$host" "$@"
  fi
  [ -z "$roots" ] || set -- -CAfile "$roots" "$@"
  exec openssl s_client -connect "$to" "$@"
}

# A short pause; not every sleep takes a part of a second.
nap() {
  sleep 0.2 2>/dev/null || sleep 1
}

# Waits for a process, but no longer than so many seconds, and then ends it and fails: within SECONDS PID [FILE]
# It waits no longer than until something is in the file, where one is named.
within() {
  ends=$(($(date +%s) + $1))
  while kill -0 "$2" 2>/dev/null && [ ! -s "${3:-}" ]; do
    if [ "$(date +%s)" -ge "$ends" ]; then
      kill "$2" 2>/dev/null
      wait "$2" 2>/dev/null
      return 1
    fi
    nap
  done
  [ -n "${3:-}" ] || wait "$2" 2>/dev/null
  return 0
}

# openssl's "Nov 30 12:00:00 2026 GMT" as 2026-11-30T12:00:00Z.
moment() {
  # shellcheck disable=SC2086
  set -- $1
  case ${1:-} in
    Jan) m=01 ;; Feb) m=02 ;; Mar) m=03 ;; Apr) m=04 ;; May) m=05 ;; Jun) m=06 ;;
    Jul) m=07 ;; Aug) m=08 ;; Sep) m=09 ;; Oct) m=10 ;; Nov) m=11 ;; *) m=12 ;;
  esac
  day=${2:-1}
  [ ${#day} -eq 2 ] || day=0$day
  printf '%s-%s-%sT%sZ' "${4:-1970}" "$m" "$day" "${3:-00:00:00}"
}

# The certificates in a file as a JSON list, and the size of their message in the file NAME.size: certificates NAME
certificates() {
  size=0
  number=0
  sep=
  awk -v name="$1" '
    /-----BEGIN CERTIFICATE-----/ { file = name "." ++n ".pem" }
    file { print > file }
    /-----END CERTIFICATE-----/ { close(file); file = "" }' "$1.out"
  printf '['
  while number=$((number + 1)) && [ -e "$1.$number.pem" ]; do
    one=$1.$number.pem
    openssl x509 -in "$one" -noout -subject -issuer -startdate -enddate -fingerprint -sha1 -nameopt RFC2253 \
      >"$1.text" 2>/dev/null || continue
    bytes=$(openssl x509 -in "$one" -outform DER 2>/dev/null | wc -c)
    size=$((size + 3 + bytes))
    names=$(openssl x509 -in "$one" -noout -ext subjectAltName 2>/dev/null | tr ',' '\n' |
      sed -n 's/^ *DNS:\([^ ]*\).*/"\1",/p' | tr -d '\n')
    print=$(sed -n 's/.*[Ff]ingerprint=//p' "$1.text" | tr -d ':' | tr 'A-F' 'a-f')
    printf '%s{"subject":"%s","issuer":"%s","names":[%s],"not_before":"%s","not_after":"%s","sha1":"%s"}' "$sep" \
      "$(json "$(sed -n 's/^subject= *//p' "$1.text")")" "$(json "$(sed -n 's/^issuer= *//p' "$1.text")")" \
      "${names%,}" "$(moment "$(sed -n 's/^notBefore=//p' "$1.text")")" \
      "$(moment "$(sed -n 's/^notAfter=//p' "$1.text")")" "$print"
    sep=,
  done
  printf ']'
  echo "$size $number" >"$1.size"
}

# What a handshake showed, as JSON: handshake NAME STANDS
handshake() {
  list=$(certificates "$1")
  read -r size number <"$1.size"
  version=$(sed -n 's/^ *\(New, \)\{0,1\}\(TLSv1[.0-9]*\), Cipher is .*/\2/p; s/^ *Protocol *: *\(TLSv1[.0-9]*\)$/\1/p' "$1.out" | head -n 1)
  cipher=$(sed -n 's/.*, Cipher is \([A-Za-z0-9_-]*\)$/\1/p' "$1.out" | head -n 1)
  [ "$cipher" != '(NONE)' ] || cipher=
  read_bytes=$(sed -n 's/^SSL handshake has read \([0-9]*\) bytes.*/\1/p' "$1.out" | head -n 1)
  message=0
  if [ "$number" -gt 1 ]; then
    message=$((7 + size))
    [ "$version" != TLSv1.3 ] || message=$((8 + size + 2 * (number - 1)))
  fi
  printf '{"version":"%s","cipher":"%s","certificates":%s,"message":%s,"received":%s,"stands":%s}' \
    "$version" "$cipher" "$list" "$message" "${read_bytes:-0}" "$2"
}

# A failure as JSON: failure KIND STEP PORT DESCRIPTION [CONDITION]
failure() {
  printf '{"kind":"%s","step":"%s","host":"%s","port":%s,"condition":"%s","description":"%s"}' \
    "$1" "$2" "$host" "$3" "${5:-}" "$(json "$4")"
}

# Why no TLS stands, by what openssl said: why NAME PORT LATE
why() {
  said=$(grep -v '^depth=\|^verify \|^SSL_connect' "$1.err" | sed -n 's/.*\(errno=[0-9]*\|:error:.*\|error:.*\)/\1/p' | tr '\n' ' ' | cut -c 1-200)
  # What openssl writes to its output is lost where it had to be ended; its states are in its errors.
  if ! grep -q '^SSL_connect:' "$1.err"; then
    case $(cat "$1.err") in
      *[Rr]efused* | *errno=111* | *errno=61*) failure refused-connection 'the TCP connection' "$2" 'Connection refused' ;;
      *'not known'* | *getaddrinfo* | *'no address'* | *'nodename nor'* | *'name resolution'* | *'host not found'* | *BIO_lookup*)
        failure name-not-resolved 'the name look-up' "$2" 'the name has no address' ;;
      *'ermission denied'* | *'not permitted'* | *errno=13 | *errno=1) failure not-allowed 'the TCP connection' "$2" "$said" ;;
      *unreachable* | *'o route'* | *errno=113* | *errno=101*) failure unreachable 'the TCP connection' "$2" 'no route' ;;
      *errno=110* | *errno=60* | *'timed out'*) failure unreachable 'the TCP connection' "$2" 'nothing came' ;;
      *)
        if [ "$3" -eq 1 ]; then
          failure unreachable 'the TCP connection' "$2" 'nothing came'
        else
          failure crashed 'the connection by openssl' "$2" "openssl ended: $(tail -n 1 "$1.err" | cut -c 1-200)"
        fi ;;
    esac
  elif [ "$3" -eq 1 ] && grep -q '^SSL_connect:.*read server hello' "$1.err"; then
    failure silent 'the rest of the TLS handshake' "$2" 'nothing came'
  elif [ "$3" -eq 1 ]; then
    failure silent 'the TLS handshake' "$2" 'nothing came'
  else
    case $(cat "$1.err") in
      *'wrong version number'* | *'unknown protocol'* | *'packet length too long'* | *'http request'* | *'record layer failure'*)
        failure tls 'the TLS handshake' "$2" 'what answers speaks no TLS' ;;
      *errno=104* | *errno=54* | *errno=0* | *'eset by peer'* | *'unexpected eof'*)
        failure dropped 'the TLS handshake' "$2" 'the connection was reset or closed' ;;
      *) failure tls 'the TLS handshake' "$2" "$said" ;;
    esac
  fi
}

# Why a certificate is refused, by the result of its verification; empty where it is not: refused NAME PORT
refused() {
  line=$(sed -n 's/^ *Verify return code: *//p' "$1.out" | tail -n 1)
  code=${line%% *}
  case $code in
    0 | '') ;;
    10) failure expired 'the TLS handshake' "$2" 'certificate has expired' ;;
    9) failure not-yet-valid 'the TLS handshake' "$2" 'certificate is not yet valid' ;;
    62 | 64) failure wrong-name 'the TLS handshake' "$2" 'certificate is for another name' ;;
    *) failure untrusted 'the TLS handshake' "$2" "${line#* }" ;;
  esac
}

# Says the first words of a protocol and keeps the answer in NAME.answer: ask NAME PROTOCOL PORT
ask() {
  words "$2" >"$1.words"
  client "$3" -quiet -verify_return_error <"$1.words" >"$1.answer" 2>"$1.said" &
  running=$!
  closed=1
  within "$answer_seconds" "$running" "$1.answer" || closed=0
  nap # what belongs to the answer comes with it
  if kill "$running" 2>/dev/null; then closed=0; fi
  wait "$running" 2>/dev/null
  date +%s >"$1.answered"
}

# Who answered, as the fields "speaker", "reply" and "failure" of a way: heard NAME PROTOCOL PORT
heard() {
  speaker=other
  failed=null
  first=$(head -n 1 "$1.answer" | tr -d '\000-\037\177-\377' | cut -c 1-80)
  reply=$first
  status=$(printf '%s' "$first" | sed -n 's,^HTTP/[0-9.]* \([0-9]*\).*,\1,p')
  if [ -n "$status" ]; then reply="HTTP $status"; fi
  if [ ! -s "$1.answer" ]; then
    reply=
    if [ "$closed" -eq 1 ] && [ "$2" = mqtt ]; then
      speaker=closed
      reply='no CONNACK'
    else
      speaker=none
      if [ "$closed" -eq 1 ]; then
        failed=$(failure dropped 'the first answer' "$3" 'the server closed the connection')
      else
        failed=$(failure silent 'the first answer' "$3" 'nothing came')
      fi
    fi
  else
    case $2 in
      mqtt)
        # shellcheck disable=SC2046
        set -- "$1" "$2" "$3" $(od -An -tx1 -N4 "$1.answer")
        if [ "${4:-}" = 20 ]; then
          case ${5:-}-${7:-} in
            02-00) speaker=broker; reply='CONNACK 0' ;;
            02-0[0-9]) speaker=protocol; reply="CONNACK ${7#0}" ;;
            *) speaker=mqtt-5; reply="CONNACK 0x${7:-} of MQTT 5" ;;
          esac
        else
          case $status in 2?? | 3?? | 511) speaker=page ;; esac
        fi ;;
      amqp)
        case $status-$first in
          -AMQP*) speaker=protocol; reply='AMQP 1.0' ;;
          2??-* | 3??-* | 511-*) speaker=page ;;
        esac ;;
      *-ws)
        case $status in
          101) speaker=protocol ;;
          2?? | 3??) speaker=page ;;
          '') ;;
          *) speaker=none
            failed=$(failure websocket-refused 'the opening of the WebSocket' "$3" "the server answers HTTP $status" "http:$status") ;;
        esac ;;
      *)
        case $status in
          3?? | 511) speaker=page ;;
          2??) if grep -qi 'text/html' "$1.answer"; then speaker=page; fi ;;
          [45]??) if grep -qi '^iothub-errorcode\|"Message"\|"errorCode"\|"ExceptionMessage"\|"trackingId"' "$1.answer"; then speaker=service; fi ;;
        esac
        if [ "$kind" != hub ] && [ "$kind" != unknown ] && [ "$speaker" = other ] && [ -n "$status" ]; then speaker=protocol; fi ;;
    esac
  fi
  printf '"speaker":"%s","reply":"%s","failure":%s' "$speaker" "$(json "$reply")" "$failed"
}

# One way as JSON: way PROTOCOL PORT
way() {
  name=$dir/$1
  began=$(date +%s)
  running=
  # shellcheck disable=SC2086
  trap 'kill $running 2>/dev/null; exit 1' TERM
  client "$2" -showcerts -state </dev/null >"$name.out" 2>"$name.err" &
  running=$!
  late=0
  within "$connect_seconds" "$running" || late=1
  shown=null
  answer='"speaker":"none","failure":null'
  if grep -q -- '-----BEGIN CERTIFICATE-----' "$name.out"; then
    no=$(refused "$name" "$2")
    if [ -n "$no" ]; then
      shown=$(handshake "$name" false)
      answer="\"speaker\":\"none\",\"failure\":$no"
    else
      shown=$(handshake "$name" true)
      ask "$name" "$1" "$2"
      answer=$(heard "$name" "$1" "$2")
      case $1-$answer in
        mqtt-*'"closed"'* | mqtt-*'CONNACK 1"'*)
          ask "$name" mqtt5 "$2"
          better=$(heard "$name" mqtt "$2")
          case $better in *'"mqtt-5"'*) answer=$better ;; esac ;;
      esac
    fi
  else
    answer="\"speaker\":\"none\",\"failure\":$(why "$name" "$2" "$late")"
  fi
  printf '{"protocol":"%s","port":%s,"proxy":"",%s,"handshake":%s,"seconds":%s}' \
    "$1" "$2" "$answer" "$shown" "$(($(date +%s) - began))" >"$name.json"
}

# A Date header as seconds since 1970, by the days of the Gregorian calendar: epoch DAY MONTH YEAR HH:MM:SS
epoch() {
  d=${1#0}
  case $2 in
    Jan) m=1 ;; Feb) m=2 ;; Mar) m=3 ;; Apr) m=4 ;; May) m=5 ;; Jun) m=6 ;;
    Jul) m=7 ;; Aug) m=8 ;; Sep) m=9 ;; Oct) m=10 ;; Nov) m=11 ;; *) m=12 ;;
  esac
  y=$3
  if [ "$m" -le 2 ]; then y=$((y - 1)) m=$((m + 12)); fi
  days=$((365 * y + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + d - 1 - 719468))
  h=${4%%:*}
  min=${4#*:}
  min=${min%%:*}
  s=${4##*:}
  echo $((days * 86400 + ${h#0} * 3600 + ${min#0} * 60 + ${s#0}))
}

# The fact "clock", where an answer over verified TLS held the service's time.
clock() {
  answer=$dir/https.answer
  [ -s "$answer" ] || return 0
  told=$(sed -n 's/^[Dd]ate: *[A-Za-z]*, *\([0-9A-Za-z: ]*\) GMT.*/\1/p' "$answer" | head -n 1)
  [ -n "$told" ] || return 0
  # shellcheck disable=SC2086
  theirs=$(epoch $told)
  ours=$(cat "$dir/https.answered")
  # The answer came within the last second of waiting, or before it.
  printf ',"clock":{"value":{"host":"%s","ahead":%s,"uncertain":2},"measured":"%s","source":"the Date header of the service","place":"device"}' \
    "$host" "$((ours - theirs))" "$(utc)"
}

# The addresses of a name as a JSON list without its brackets.
addresses() {
  getent ahosts "$1" 2>/dev/null | awk '{print $1}' | sort -u | sed 's/.*/"&"/' | tr '\n' ',' | sed 's/,$//'
}

# The facts of the name service, where there is a tool to ask it and the host is a name that it knows.
names() {
  command -v getent >/dev/null 2>&1 || return 0
  [ "$(target 443)" = "$host:443" ] || return 0
  [ "$is_address" -eq 0 ] || return 0
  found=$(addresses "$host")
  if [ -n "$found" ]; then
    value="\"value\":{\"addresses\":[$found]}"
  else
    value="\"value\":null,\"failure\":$(failure name-not-resolved 'the name look-up' 443 'the name has no address')"
  fi
  printf ',"resolved":{%s,"measured":"%s","source":"the name service","place":"device"}' "$value" "$(utc)"
  made_up=iot-diag-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
  one=$made_up.${host#*.}
  two=$made_up.com
  printf ',"invented_names":{"value":{"names":["%s","%s"],"addresses":[[%s],[%s]]},"measured":"%s","source":"the name service","place":"device"}' \
    "$one" "$two" "$(addresses "$one")" "$(addresses "$two")" "$(utc)"
}

started=$(utc)
names >"$dir/names" &
jobs=$!
for each in $ways; do
  way "${each%%:*}" "${each##*:}" &
  jobs="$jobs $!"
done
wait

printf '{"kind":"iotdiag facts","version":"1.0","tool":"network.sh","facts":{'
printf '"network_asked":{"value":%s,"measured":"%s","source":"the script","place":"device"},' "$asked" "$started"
printf '"now":{"value":%s,"measured":"%s","source":"the script","place":"device"},' "$(date +%s)" "$(utc)"
printf '"ways":{"value":['
sep=
for each in $ways; do
  printf '%s' "$sep"
  cat "$dir/${each%%:*}.json"
  sep=,
done
printf '],"measured":"%s","source":"a script with openssl","place":"device"}' "$started"
clock
cat "$dir/names"
printf '}}\n'
