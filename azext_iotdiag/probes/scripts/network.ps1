# Tests the network between this machine and a host of Azure IoT.
# It was printed by: az iot diag network test --script powershell
#
#   powershell -ExecutionPolicy Bypass -File network.ps1 > facts.json
#
# Then, anywhere: az iot diag network test --facts facts.json
#
# It needs Windows PowerShell 5.1 or PowerShell 7, and nothing else. It connects to the one host, sends no credential,
# and writes JSON with hosts, addresses, certificates and times. TLS is verified before anything is sent.
$ErrorActionPreference = 'Stop'

#@TABLE@

$ConnectMilliseconds = 10000
$AnswerMilliseconds = 5000
$LargestAnswer = 8192

function Get-Utc { (Get-Date).ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") }

function New-Fact($Value, $Source, $Failure) {
    $fact = [ordered]@{ value = $Value; measured = (Get-Utc); source = $Source; place = 'device' }
    if ($Failure) { $fact.failure = $Failure }
    $fact
}

function New-Failure($Kind, $Step, $Port, $Description, $Condition = '') {
    [ordered]@{
        kind = $Kind; step = $Step; host = $HostName; port = $Port; condition = $Condition; description = "$Description"
    }
}

# Where a port of the host leads: AZURE_IOTDIAG_CONNECT_TO may say so, as for az iot diag itself.
function Get-Target($Port) {
    foreach ($pair in "$env:AZURE_IOTDIAG_CONNECT_TO".Split(',')) {
        if ($pair -match '^(.+):(\d+)=\[?([^\]]+)\]?:(\d+)$' -and $Matches[1] -eq $HostName -and [int]$Matches[2] -eq $Port) {
            return @($Matches[3], [int]$Matches[4])
        }
    }
    @($HostName, $Port)
}

# The first exception that says why, below those that only pass it on.
function Get-Reason($Caught) {
    $reason = $Caught.Exception
    while ($reason.InnerException) { $reason = $reason.InnerException }
    $reason
}

function Get-ConnectFailure($Reason, $Port) {
    $step = 'the TCP connection'
    if ($Reason -isnot [System.Net.Sockets.SocketException]) { return New-Failure 'unreachable' $step $Port $Reason.Message }
    switch ("$($Reason.SocketErrorCode)") {
        'ConnectionRefused' { return New-Failure 'refused-connection' $step $Port 'Connection refused' }
        'HostNotFound' { return New-Failure 'name-not-resolved' 'the name look-up' $Port 'the name has no address' }
        'NoData' { return New-Failure 'name-not-resolved' 'the name look-up' $Port 'the name has no address' }
        'TryAgain' { return New-Failure 'name-not-resolved' 'the name look-up' $Port 'the name service does not answer' }
        'AccessDenied' { return New-Failure 'not-allowed' $step $Port $Reason.Message }
        'ConnectionReset' { return New-Failure 'dropped' $step $Port $Reason.Message }
        'TimedOut' { return New-Failure 'unreachable' $step $Port 'nothing came' }
    }
    New-Failure 'unreachable' $step $Port $Reason.Message
}

function ConvertTo-Certificate($Certificate) {
    $names = @()
    foreach ($extension in $Certificate.Extensions) {
        if ($extension.Oid.Value -eq '2.5.29.17') {
            $names = @([regex]::Matches($extension.Format($false), '(?:DNS[ -]Name|DNS)[=:]\s*([^\s,]+)') |
                ForEach-Object { $_.Groups[1].Value })
        }
    }
    $format = "yyyy-MM-dd'T'HH:mm:ss'Z'"
    [ordered]@{
        subject = $Certificate.Subject
        issuer = $Certificate.Issuer
        names = [string[]]$names
        not_before = $Certificate.NotBefore.ToUniversalTime().ToString($format)
        not_after = $Certificate.NotAfter.ToUniversalTime().ToString($format)
        sha1 = $Certificate.GetCertHashString().ToLowerInvariant()
    }
}

# What is wrong with a chain; $null where nothing is.
function Get-CertificateFailure($Seen, $Port) {
    $step = 'the TLS handshake'
    $wrong = "$($Seen.Errors)"
    if ($wrong -eq 'None') { return $null }
    $flags = @($Seen.Statuses)
    if ($flags -contains 'NotTimeValid') {
        $end = [datetime]::Parse($Seen.Certificates[0].not_after).ToUniversalTime()
        if ($end -lt (Get-Date).ToUniversalTime()) { return New-Failure 'expired' $step $Port 'certificate has expired' }
        return New-Failure 'not-yet-valid' $step $Port 'certificate is not yet valid'
    }
    if ($wrong -match 'NameMismatch' -and $wrong -notmatch 'ChainErrors') {
        return New-Failure 'wrong-name' $step $Port 'certificate is for another name'
    }
    New-Failure 'untrusted' $step $Port ($flags -join ', ')
}

# The first words of a protocol, and what is answered: who, the words, and why nothing came.
function Get-Answer($Stream, $Protocol, $Port) {
    $asked = [byte[]]@([regex]::Matches($FirstWords[$Protocol], '..') | ForEach-Object { [Convert]::ToByte($_.Value, 16) })
    $came = New-Object System.IO.MemoryStream
    $buffer = New-Object byte[] 4096
    $closed = $false
    try {
        $Stream.Write($asked, 0, $asked.Length)
        $Stream.Flush()
        while ($came.Length -lt $LargestAnswer) {
            $count = $Stream.Read($buffer, 0, $buffer.Length)
            if ($count -eq 0) { $closed = $true; break }
            $came.Write($buffer, 0, $count)
            if ($Protocol -ne 'https' -and $came.Length -ge 4) { break }
        }
    } catch [System.IO.IOException] {
        $reason = Get-Reason $_
        $isLate = $reason -is [System.Net.Sockets.SocketException] -and "$($reason.SocketErrorCode)" -in 'TimedOut', 'WouldBlock'
        $closed = -not $isLate
    }
    @{ Bytes = $came.ToArray(); Closed = $closed }
}

function Set-Heard($Way, $Answer, $Protocol, $Port) {
    $bytes = $Answer.Bytes
    if ($bytes.Length -eq 0) {
        if ($Answer.Closed -and $Protocol -eq 'mqtt') { $Way.speaker = 'closed'; $Way.reply = 'no CONNACK' }
        elseif ($Answer.Closed) { $Way.failure = New-Failure 'dropped' 'the first answer' $Port 'the server closed the connection' }
        else { $Way.failure = New-Failure 'silent' 'the first answer' $Port 'nothing came' }
        return
    }
    $text = [System.Text.Encoding]::ASCII.GetString($bytes)
    $first = ($text -split "`r?`n")[0] -replace '[^\x20-\x7e]', ''
    $status = if ($first -match '^HTTP/[\d.]+ (\d{3})') { [int]$Matches[1] } else { 0 }
    $Way.reply = if ($status) { "HTTP $status" } else { $first.Substring(0, [Math]::Min(80, $first.Length)) }
    $Way.speaker = 'other'
    $isPage = ($status -ge 200 -and $status -lt 400) -or $status -eq 511
    if ($Protocol -eq 'mqtt') {
        if ($bytes[0] -eq 0x20 -and $bytes.Length -ge 4) {
            if ($bytes[1] -gt 2 -or $bytes[3] -ge 0x80) { $Way.speaker = 'mqtt-5'; $Way.reply = 'CONNACK 0x{0:X2} of MQTT 5' -f $bytes[3] }
            else { $Way.speaker = if ($bytes[3] -eq 0) { 'broker' } else { 'protocol' }; $Way.reply = "CONNACK $($bytes[3])" }
        } elseif ($isPage) { $Way.speaker = 'page' }
    } elseif ($Protocol -eq 'amqp') {
        if ($text.StartsWith('AMQP')) { $Way.speaker = 'protocol'; $Way.reply = 'AMQP 1.0' }
        elseif ($isPage) { $Way.speaker = 'page' }
    } elseif ($Protocol -like '*-ws') {
        if ($status -eq 101) { $Way.speaker = 'protocol' }
        elseif ($status -ge 200 -and $status -lt 400) { $Way.speaker = 'page' }
        elseif ($status) {
            $Way.speaker = 'none'
            $Way.failure = New-Failure 'websocket-refused' 'the opening of the WebSocket' $Port "the server answers HTTP $status" "http:$status"
        }
    } elseif ($status) {
        $isOfService = $text -match '(?im)^iothub-errorcode:|"(Message|errorCode|ExceptionMessage|trackingId)"'
        if (($status -ge 300 -and $status -lt 400) -or $status -eq 511) { $Way.speaker = 'page' }
        elseif ($status -lt 300 -and $text -match '(?i)text/html') { $Way.speaker = 'page' }
        elseif ($status -ge 400 -and $isOfService) { $Way.speaker = 'service' }
        elseif ($Kind -notin 'hub', 'unknown') { $Way.speaker = 'protocol' }
        if ($text -match '(?im)^date:\s*(.+?)\s*$') {
            $told = [DateTimeOffset]::Parse($Matches[1], [Globalization.CultureInfo]::InvariantCulture)
            $script:Clock = ([DateTimeOffset]::UtcNow - $told).TotalSeconds
        }
    }
}

function Test-Way($Protocol, $Port) {
    $began = Get-Date
    $way = [ordered]@{
        protocol = $Protocol; port = $Port; proxy = ''; failure = $null; handshake = $null; speaker = 'none'
        reply = ''; address = ''; seconds = 0.0
    }
    $client = New-Object System.Net.Sockets.TcpClient
    try {
        $to = Get-Target $Port
        try {
            if (-not $client.ConnectAsync($to[0], $to[1]).Wait($ConnectMilliseconds)) {
                $way.failure = New-Failure 'unreachable' 'the TCP connection' $Port 'nothing came'
                return $way
            }
        } catch {
            $way.failure = Get-ConnectFailure (Get-Reason $_) $Port
            return $way
        }
        $way.address = "$($client.Client.RemoteEndPoint)"
        $plain = $client.GetStream()
        $plain.ReadTimeout = $ConnectMilliseconds
        $plain.WriteTimeout = $ConnectMilliseconds
        # In the script's scope: there the callback finds it, and the functions that it calls.
        $script:Seen = @{ Errors = 'None'; Statuses = @(); Certificates = @(); Root = $null }
        $judge = {
            param($from, $certificate, $chain, $errors)
            $seen = $script:Seen
            $seen.Errors = "$errors"
            $seen.Statuses = @($chain.ChainStatus | ForEach-Object { "$($_.Status)" })
            $all = @($chain.ChainElements | ForEach-Object { ConvertTo-Certificate $_.Certificate })
            $seen.Certificates = @($all[0])
            if ($all.Count -gt 2) { $seen.Certificates = @($all[0..($all.Count - 2)]) }
            if ("$errors" -eq 'None') { $seen.Root = $all[-1] }
            "$errors" -eq 'None'
        }
        $tls = New-Object System.Net.Security.SslStream($plain, $false, $judge)
        $seen = $script:Seen
        $versions = if ($PSVersionTable.PSVersion.Major -ge 7) { 'None' } else { 'Tls12' }
        try {
            $tls.AuthenticateAsClient($HostName, $null, [System.Security.Authentication.SslProtocols]$versions, $false)
        } catch {
            $reason = Get-Reason $_
            $way.failure = Get-CertificateFailure $seen $Port
            if (-not $way.failure) {
                $code = if ($reason -is [System.Net.Sockets.SocketException]) { "$($reason.SocketErrorCode)" } else { '' }
                $step = 'the TLS handshake'
                if ($code -in 'TimedOut', 'WouldBlock') { $way.failure = New-Failure 'silent' $step $Port 'nothing came' }
                elseif ($code -or $reason -is [System.IO.IOException]) { $way.failure = New-Failure 'dropped' $step $Port 'the connection was reset or closed' }
                else { $way.failure = New-Failure 'tls' $step $Port $reason.Message }
            }
            if ($seen.Certificates.Count) { $way.handshake = [ordered]@{ certificates = @($seen.Certificates) } }
            return $way
        }
        $name = @{ 'Tls12' = 'TLSv1.2'; 'Tls13' = 'TLSv1.3' }["$($tls.SslProtocol)"]
        $way.handshake = [ordered]@{ version = "$name"; certificates = @($seen.Certificates); root = $seen.Root; stands = $true }
        $plain.ReadTimeout = $AnswerMilliseconds
        Set-Heard $way (Get-Answer $tls $Protocol $Port) $Protocol $Port
        $way
    } finally {
        $client.Close()
        $way.seconds = [Math]::Round(((Get-Date) - $began).TotalSeconds, 3)
    }
}

function Get-Addresses($Name) {
    try { [string[]]@([System.Net.Dns]::GetHostAddresses($Name) | ForEach-Object { $_.IPAddressToString }) }
    catch { [string[]]@() }
}

$Clock = $null
$facts = [ordered]@{ network_asked = New-Fact (ConvertFrom-Json $AskedAsJson) 'the script' }
$facts.now = New-Fact ([DateTimeOffset]::UtcNow.ToUnixTimeSeconds()) 'the script'
$ways = @($FirstWords.Keys | ForEach-Object { Test-Way $_ $Ports[$_] })
$facts.ways = New-Fact $ways 'a script with .NET'
if ($null -ne $Clock) {
    $value = [ordered]@{ host = $HostName; ahead = [Math]::Round($Clock, 1); uncertain = 1.5 }
    $facts.clock = New-Fact $value 'the Date header of the service'
}
if (-not $IsAddress -and (Get-Target 443)[0] -eq $HostName) {
    $addresses = @(Get-Addresses $HostName)
    if ($addresses.Count) { $facts.resolved = New-Fact ([ordered]@{ addresses = $addresses }) 'the name service' }
    else {
        $failure = New-Failure 'name-not-resolved' 'the name look-up' 443 'the name has no address'
        $facts.resolved = New-Fact $null 'the name service' $failure
    }
    $made = 'iot-diag-' + [guid]::NewGuid().ToString('N').Substring(0, 16)
    $names = @("$made.$($HostName.Substring($HostName.IndexOf('.') + 1))", "$made.com")
    $found = @(, @(Get-Addresses $names[0])) + @(, @(Get-Addresses $names[1]))
    $facts.invented_names = New-Fact ([ordered]@{ names = $names; addresses = $found }) 'the name service'
}
$all = [ordered]@{ kind = 'iotdiag facts'; version = '1.0'; tool = 'network.ps1'; facts = $facts }
ConvertTo-Json $all -Depth 10 -Compress
