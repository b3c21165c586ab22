"""Where each name of the knowledge base stands. Written by `make docs`; a change made here is lost."""

# Modules behind @, their names between bars.
INDEX = """
@network
name-not-resolved|ENOTFOUND|EAI_AGAIN|EAI_NONAME|getaddrinfo failed|Name or service not known|
nodename nor servname provided|Temporary failure in name resolution|No such host is known|UnknownHostException|
WSAHOST_NOT_FOUND|connection-not-allowed|connection-refused|Connection refused|
No connection could be made because the target machine actively refused it|WSAECONNREFUSED|WinError 10061|
ECONNREFUSED|server-unreachable|Connection timed out|
A connection attempt failed because the connected party did not properly respond|Network is unreachable|
No route to host|WSAETIMEDOUT|WinError 10060|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|server-silent|websocket-refused|
proxy-unreachable|proxy-silent|proxy-refuses|proxy-wants-password|Proxy Authentication Required|proxy:407|407|
proxy-is-none
@interference
dns-answers-everything|captive-portal|ipv6-only-host|only-443-open|port-5671-blocked|connection-reset|
tls-handshake-stalls|tls-intercepted|tls-root-unexpected|tls-1-2-refused|mqtt5-only|mqtt-broker-is-no-hub
@tls
certificate-untrusted|unable to get local issuer certificate|self signed certificate|self-signed certificate|
UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|
DEPTH_ZERO_SELF_SIGNED_CERT|unable to verify the first certificate|PKIX path building failed|
unable to find valid certification path|RemoteCertificateChainErrors|The remote certificate is invalid|
SEC_E_UNTRUSTED_ROOT|CERT_E_UNTRUSTEDROOT|X509 - Certificate verification failed|
certificate signed by unknown authority|CERTIFICATE_VERIFY_FAILED|certificate-expired|
CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired|certificate has expired|
CERT_HAS_EXPIRED|CertificateExpiredException|certificate-not-yet-valid|
CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid|certificate is not yet valid|
CERT_NOT_YET_VALID|CertificateNotYetValidException|certificate-for-another-name|
CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid|
CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address mismatch, certificate is not valid|
Hostname mismatch, certificate is not valid|ERR_TLS_CERT_ALTNAME_INVALID|RemoteCertificateNameMismatch|
Hostname/IP does not match certificate's altnames|No subject alternative DNS name matching|tls-handshake-failed|
SSLV3_ALERT_HANDSHAKE_FAILURE|WRONG_VERSION_NUMBER|TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|
NO_SHARED_CIPHER|SSLHandshakeException|EPROTO|UNEXPECTED_EOF_WHILE_READING|EOF occurred in violation of protocol|
wrong version number|sslv3 alert handshake failure|tlsv1 alert protocol version|tls-client-certificate-refused|
TLSV1_ALERT_UNKNOWN_CA|SSLV3_ALERT_BAD_CERTIFICATE|SSLV3_ALERT_CERTIFICATE_UNKNOWN|SSLV3_ALERT_CERTIFICATE_EXPIRED|
TLSV13_ALERT_CERTIFICATE_REQUIRED|tlsv1 alert unknown ca|sslv3 alert bad certificate|sslv3 alert certificate unknown|
sslv3 alert certificate expired|tls-key-does-not-fit|KEY_VALUES_MISMATCH|key values mismatch
@mqtt
device-refused|Connection Refused: not authorised|Connection Refused: not authorized|
Connection Refused: bad user name or password|Connection refused: Bad username or password|Bad user name or password|
Not authorized to connect|MqttUnauthorizedException|MqttBadUsernameOrPasswordException|RefusedNotAuthorized|
RefusedBadUsernameOrPassword|mqtt:5|mqtt:4|port-8883-blocked|mqtt-connection-closed|mqtt:7|Unexpected disconnect|
The connection was lost|mqtt-version-refused|mqtt:1|Connection Refused: unacceptable protocol version|
MqttRejectedProtocolVersionException|RefusedUnacceptableProtocolVersion|mqtt-client-id-refused|mqtt:2|
Connection Refused: identifier rejected|MqttIdentifierRejectedException|RefusedIdentifierRejected|
mqtt-server-unavailable|mqtt:3|Connection Refused: broker unavailable|Connection refused: Server unavailable|
MqttServerUnavailableException|RefusedServerUnavailable|mqtt-accepted|mqtt:0|mqtt-no-ping-response|
IOTHUB_CLIENT_CONNECTION_NO_PING_RESPONSE|mqtt-twin-400|mqtt:400|mqtt-twin-429|mqtt:429|mqtt-twin-500|mqtt:500|
mqtt:503|connack-missing|puback-missing|not-mqtt
@amqp
token-refused|amqp:401|amqp:403|amqp:unauthorized-access|cbs:401|cbs:403|sasl:1|connection-dropped|
Connection reset by peer|An existing connection was forcibly closed by the remote host|WSAECONNRESET|WinError 10054|
EPIPE|Broken pipe|socket hang up|amqp:connection:forced|amqp:link:detach-forced|ECONNRESET|entity-missing|amqp:404|
com.microsoft:entity-not-found|amqp:not-found|too-many-readers|amqp:resource-limit-exceeded|service-limit-reached|
reader-displaced|ReceiverDisconnectedException|amqp:link:stolen|com.microsoft:receiver-disconnected|service-busy|
ServerBusyError|amqp:429|amqp:503|com.microsoft:server-busy|request-unanswered|com.microsoft:timeout|
partition-stalled|not-an-event-hub|link-refused|amqp:internal-error|amqp-link-redirect|amqp:link:redirect|
amqp-framing-error|amqp:connection:framing-error|amqp:decode-error|amqp-idle-timeout|amqp:connection:idle-timeout|
Idle timeout|amqp-transfer-limit|amqp:link:transfer-limit-exceeded|amqp:session:window-violation|
amqp-resource-deleted|amqp:resource-deleted|amqp-resource-locked|amqp:resource-locked|amqp-protocol-violated|
amqp:illegal-state|amqp:invalid-field|amqp:frame-size-too-small|amqp:session:errant-link|amqp:session:handle-in-use|
amqp:session:unattached-handle
@registry
registry-refused|query-refused|query-without-ids|query-picks-nobody|hub-throttles|IotHubThrottled|not-a-hub|
device-unknown|Unknown to this hub|device-disabled|hub:disabled|device-never-seen|Never connected|
0001-01-01T00:00:00Z|assigned-and-never-seen|id-unfit-for-mqtt|identity-made-again|device-disconnected|Disconnected|
hub:disconnected|device-in-several-places|device-nowhere|device-search-incomplete|group-quiet|
device-connected-and-silent|registry-read-only|twin-refused|method-refused|twin-read-only
@commands
method-status-error|method-answer-malformed|hub-answer-unknown|desired-unanswered|desired-behind|cloud-messages-wait|
desired-refused|desired-different|desired-not-restored|desired-overtaken|cloud-message-expired|
cloud-message-rejected|cloud-message-given-back|cloud-message-purged|feedback-missing|feedback-of-others
@stream
nothing-came|stream-empty|nothing-since|no-device-named|device-silent|device-id-differs|hidden-by-filter|
fewer-than-asked|ended-too-early|share-silent|heartbeat-missed|device-quiet|rhythm-broken|consumer-group-missing|
no-sign-came
@token
sas-malformed|sas-expired|sas-in-milliseconds|sas-lasts-long|sas-for-another-host|sas-for-another-device|
sas-case-differs|sas-path-differs|sas-encoded-twice|sas-names-scheme|sas-policy-differs|clock-skew|
sas-signed-by-another-key|sas-key-not-decoded|sas-signed-unencoded|sas-signed-by-group-key
@device_key
key-malformed|string-not-exact|wrong-kind-of-string|string-for-another-hub|string-for-another-device|key-cut|
key-has-more|key-case-differs|key-is-the-groups|key-recoded|key-is-a-policys|key-is-another-devices|
key-is-not-the-devices|proof-differs|string-holds-token|gateway-certificate-ended|gateway-certificate-ends
@device_side
device-root-unusable|device-key-unreadable|device-memory-short|wifi-lost|dps-unreached|closed-before-sent|
storage-refuses-upload|revocation-unchecked|mqtt-subscription-refused
@device_certificate
device-certificate-expired|device-certificate-not-yet-valid|device-certificate-ends-soon|thumbprint-differs|
common-name-differs|thumbprint-missing|authority-not-usable
@edge
edge-reports-nothing|edge-without-deployment|edge-deployment-failed|edge-deployment-behind|edge-module-down|
edge-hub-refuses|edge-no-route-upstream|gateway-disconnected|device-not-at-gateway|not-a-child
@admission
device-not-let-in|admission-undecided|module-not-tried|key-is-derived|works-here|works-here-not-there
@access
not-signed-in|manager-refuses|manager-busy|messages-not-readable
@hub.settings
hub-not-active|platform-problem|hub-of-another-kind|public-access-off|addresses-restricted|hub-in-perimeter|
device-tls-too-old|device-keys-off|quota-ends-soon|fallback-off|routed-elsewhere|condition-without-value|
no-message-to-trace|routes-not-tried|route-not-tried
@dps.settings
dps-not-active|dps-authority-not-usable|dps-public-access-off|dps-addresses-restricted|no-hub-linked|hub-not-linked
@statuses
registration-missing|central-blocked-or-waiting|twin-without-model|twin-with-model|dps-caller-refused
@sdk
sdk-bad-credential|Bad_Credential|IOTHUB_CLIENT_CONNECTION_BAD_CREDENTIAL|CredentialError|sdk-unauthorized|
UnauthorizedError|sdk-token-expired|Expired_SAS_Token|IOTHUB_CLIENT_CONNECTION_EXPIRED_SAS_TOKEN|sdk-retry-expired|
Retry_Expired|IOTHUB_CLIENT_CONNECTION_RETRY_EXPIRED|sdk-no-network|No_Network|IOTHUB_CLIENT_CONNECTION_NO_NETWORK|
sdk-communication-error|Communication_Error|IOTHUB_CLIENT_CONNECTION_COMMUNICATION_ERROR|
IotHubCommunicationException|ConnectionDroppedError|TransportException|sdk-connection-failed|ConnectionFailedError|
NotConnectedError|sdk-no-connection|NoConnectionError|sdk-operation-timeout|OperationTimeout|OperationTimeoutError
@hub.status
device-connected|Connected|hub:connected|device-assigned-elsewhere|Assigned to another hub
@central
central-provisioned|Provisioned|central:provisioned|central-registered|Registered|central:registered|central-blocked|
Blocked|central:blocked|DEVICE_BLOCKED|central-waiting-for-approval|Waiting for approval|Unapproved|
central:unapproved|central-unassociated|Unassociated|central:unassigned|central:unassociated|
central-template-assigned|central:assigned|central-moved|central:DEVICE_DISABLED|central-400|central:400|central-401|
central:401|central-403|central:403|403.043.004|central-404|central:404|central-429|central:429|central-500|
central:500|central:502|central:503|central-without-devices
@dps.registration
dps-400207|400207|custom_allocation_failed|dps-400209|400209|allocation_rejected|
Custom allocation failed with status code|dps-404201|404201|enrollment_or_registration_not_found|dps-404202|404202|
dps-404204|404204|enrollment_group_not_found|dps-linked-hub-unknown|dps-certificate-refused|CA certificate not found|
Signing certificate info did not match chain elements|dps-registration-unauthorized|dps-linked-hub-refuses|
dps:IotHubUnauthorizedAccess|dps-unassigned|dps:unassigned|dps-assigning|dps:assigning|dps-assigned|dps:assigned|
dps-failed|dps:failed|dps-disabled|dps:disabled
@dps.answers
dps-400|dps:400|dps:400004|dps:ArgumentInvalid|dps-401|dps:401|dps:401000|dps:401002|dps:Unauthorized|
Invalid certificate|dps-404|dps:404|dps-405|dps:405|dps-409|dps:409|dps-412|dps:412|dps-415|dps:415|dps-429|dps:429|
dps:429001|dps:Throttled|dps-500|dps:500|dps:502|dps:503
@hub.bad_request
hub-400000|400000|GenericBadRequest|hub:400|hub-400001|400001|InvalidProtocolVersion|hub-400002|400002|
DeviceInvalidResultCount|hub-400003|400003|InvalidOperation|amqp:not-allowed|amqp:not-implemented|hub-400004|400004|
ArgumentInvalid|com.microsoft:argument-error|ArgumentError|hub-400005|400005|ArgumentNull|hub-400006|400006|
IotHubFormatError|hub-400007|400007|DeviceStorageEntitySerializationError|hub-400010|400010|InvalidSchemaVersion|
hub-400011|400011|DeviceDefinedMultipleTimes|hub-400012|400012|DeserializationError|hub-400013|400013|
BulkRegistryOperationFailure|hub-400021|400021|RequestCanceled|hub-400023|400023|EtagDoesNotMatch|hub-400024|400024|
RequestTimedOut|hub-400025|400025|UnsupportedOperationOnReplica|hub-400026|400026|NullMessage|hub-400035|400035|
InvalidPolicyKey|hub-400036|400036|BulkRegenerateDeviceKeyOperationFailure|hub-400301|400301|
CannotRegisterModuleToModule|hub-400302|400302|TenantHubRoutingNotEnabled
@hub.unauthorized
hub-401000|401000|GenericUnauthorized|hub:401|hub-401001|401001|IotHubNotFound|com.microsoft:iot-hub-not-found-error|
hub-401002|401002|IotHubUnauthorizedAccess|UnauthorizedException|AmqpUnauthorizedAccessException|hub-401003|401003|
IoTHubUnauthorized|hub-401004|401004|ElasticPoolNotFound|hub-401100|401100|SystemModuleModifyUnauthorizedAccess
@hub.forbidden
hub-403000|403000|GenericForbidden|hub:403|hub-403001|403001|IotHubSuspended|com.microsoft:iot-hub-suspended|
hub-403002|403002|IotHubQuotaExceeded|IotHubQuotaExceededError|com.microsoft:quota-exceeded|QuotaExceededException|
IOTHUB_CLIENT_CONNECTION_QUOTA_EXCEEDED|hub-403003|403003|JobQuotaExceeded|hub-403004|403004|
DeviceMaximumQueueDepthExceeded|DeviceMaximumQueueDepthExceededException|hub-403005|403005|IotHubMaxCbsTokenExceeded|
hub-403007|403007|DeviceMaximumQueueSizeExceeded|hub-403009|403009|InvalidMessageExpiryTime|hub-403010|403010|
OperationNotAvailableInCurrentTier|hub-403011|403011|KeyEncryptionKeyRevoked|hub-403012|403012|DeviceDisabled|
Device_Disabled|IOTHUB_CLIENT_CONNECTION_DEVICE_DISABLED|hub-403800|403800|DeviceMaximumInflightMethodExceeded|
hub-429005|429005|DeviceThrottlingLimitExceeded
@hub.not_found
hub-404000|404000|GenericNotFound|hub:404|hub-404001|404001|DeviceNotFound|DeviceNotFoundException|
DeviceNotFoundError|hub-404002|404002|JobNotFound|hub-404004|404004|QuotaMetricNotFound|hub-404008|404008|
CertificateNotFound|hub-404009|404009|ElasticPoolTenantHubNotFound|hub-404010|404010|ModuleNotFound|hub-404011|
404011|AzureTableStoreNotFound|hub-404012|404012|IotHubFailingOver|hub-404013|404013|FeatureNotSupported|hub-404101|
404101|QueryStoreClusterNotFound|hub-404103|404103|404102|DeviceNotOnline|DeviceNotOnlineException|hub-405000|405000|
GenericMethodNotAllowed|hub:405|hub-405102|405102|OperationNotAllowedInCurrentState
@hub.connections
hub-400027|400027|ConnectionForcefullyClosedOnNewConnection|hub-400029|400029|
ConnectionForcefullyClosedOnFaultInjection|hub-400030|400030|ConnectionRejectedOnFaultInjection|hub-404104|404104|
DeviceConnectionClosedRemotely|hub-409002|409002|LinkCreationConflict|hub-409003|409003|CallbackSubscriptionConflict|
hub-400028|400028|InvalidDeviceScope|hub-404006|404006|AmqpAddressNotFound|connection-flaps
@hub.conflict
hub-409000|409000|GenericConflict|hub:409|hub-409001|409001|DeviceAlreadyExists|DeviceAlreadyExistsException|
com.microsoft:device-already-exists|hub-409102|409102|DeviceLocked|hub-409103|409103|DeviceJobAlreadyExists|
hub-409104|409104|JobAlreadyExists|hub-409301|409301|ModuleAlreadyExistsOnDevice|hub-412000|412000|
GenericPreconditionFailed|hub:412|hub-412001|412001|PreconditionFailed|amqp:precondition-failed|hub-412002|412002|
DeviceMessageLockLost|DeviceMessageLockLostException|com.microsoft:message-lock-lost|hub-412003|412003|
JobRunPreconditionFailed|hub-412004|412004|InflightMessagesInLink
@hub.too_large
hub-413000|413000|GenericRequestEntityTooLarge|hub:413|hub-413001|413001|MessageTooLarge|MessageTooLargeException|
MessageTooLargeError|amqp:link:message-size-exceeded|hub-413002|413002|TooManyDevices|hub-413003|413003|
TooManyModulesOnDevice|hub-415000|415000|GenericUnsupportedMediaType|hub:415|hub-415101|415101|IncompatibleDataType
@hub.throttled
hub-429000|429000|GenericTooManyRequests|hub:429|ThrottlingError|hub-429001|429001|ThrottlingException|
com.microsoft:device-container-throttled|IotHubThrottledException|hub-429002|429002|ThrottleBacklogLimitExceeded|
hub-429003|429003|ThrottlingBacklogTimeout|hub-429004|429004|ThrottlingMaxActiveJobCountExceeded|hub-408000|408000|
RequestTimeout|hub:408|hub-499000|499000|ClientClosedRequest|hub:499
@hub.server
hub-500000|500000|GenericServerError|hub-500001|500001|ServerError|ServerErrorException|InternalServerError|hub:500|
hub-500002|500002|JobCancelled|hub-500008|500008|GenericTimeout|hub-500009|500009|InvalidThrottleParameter|
hub-500401|500401|UnableToFetchCredentials|hub-500402|500402|UnableToFetchTenantInfo|hub-500403|500403|
UnableToShareIdentity
@hub.unavailable
hub-502000|502000|GenericBadGateway|hub:502|hub-503000|503000|GenericServiceUnavailable|hub:503|hub-503001|503001|
ServiceUnavailable|ServiceUnavailableError|hub-503003|503003|PartitionNotFound|hub-503004|503004|
IotHubActivationFailed|hub-503005|503005|ServerBusy|ServerBusyException|hub-503006|503006|IotHubRestoring|hub-503008|
503008|ReceiveLinkOpensThrottled|hub-503101|503101|ConnectionUnavailable|hub-503102|503102|DeviceUnavailable|
hub-503301|503301|HostingServiceNotAvailable|hub-504000|504000|GenericGatewayTimeout|hub:504|hub-504101|504101|
GatewayTimeout
@hub.routing
hub-400031|400031|InvalidEndpointAuthenticationType|hub-400032|400032|ManagedIdentityNotEnabled|hub-400100|400100|
InvalidRouteTestInput|hub-400101|400101|InvalidSourceOnRoute|hub-400102|400102|RoutingNotEnabled|hub-400103|400103|
InvalidContentEncodingOrType|hub-403008|403008|RoutingEndpointResponseForbidden|hub-404007|404007|
RoutingEndpointResponseNotFound|hub-404005|404005|SystemPropertyNotFound|route-undefined|UndefinedRouteEvaluation|
route-evaluation-error|RouteEvaluationError|route-dropped|DroppedMessage|route-orphaned|OrphanedMessage|
route-invalid-message|InvalidMessage|route-endpoint-unhealthy|EndpointUnhealthy|route-endpoint-dead|EndpointDead
@hub.endpoint_errors
endpoint-message-too-large|MaxMessageSizeExceeded|endpoint-detects-duplicates|
PartitioningAndDuplicateDetectionNotSupported|endpoint-wants-sessions|SessionfulEntityNotSupported|
endpoint-without-subscription|NoMatchingSubscriptionsForMessage|endpoint-disabled|EndpointExternallyDisabled
@hub.file_upload
hub-400008|400008|BlobContainerValidationError|hub-400009|400009|ImportWarningExistsError|hub-400014|400014|
DefaultStorageEndpointNotConfigured|hub-400015|400015|InvalidFileUploadCorrelationId|hub-400016|400016|
ExpiredFileUploadCorrelationId|hub-400017|400017|InvalidStorageEndpoint|hub-400018|400018|InvalidMessagingEndpoint|
hub-400019|400019|InvalidFileUploadCompletionStatus|hub-400020|400020|InvalidStorageEndpointOrBlob|hub-400022|400022|
InvalidStorageEndpointProperty|hub-403006|403006|DeviceMaximumActiveFileUploadLimitExceeded|hub-405103|405103|
ImportDevicesNotSupported|hub-405104|405104|BulkAddDevicesNotSupported
@hub.configuration
hub-400401|400401|InvalidConfigurationTargetCondition|hub-400402|400402|InvalidConfigurationContent|hub-400403|
400403|CannotModifyImmutableConfigurationContent|hub-400404|400404|InvalidConfigurationCustomMetricsQuery|hub-404301|
404301|ConfigurationNotFound|hub-404302|404302|GroupNotFound|hub-409401|409401|ConfigurationAlreadyExists|hub-409402|
409402|ApplyConfigurationAlreadyInProgressOnDevice|hub-413101|413101|ConfigurationCountLimitExceeded|hub-503201|
503201|ConfigurationNotAvailable|hub-503202|503202|GroupNotAvailable
@hub.digital_twin
hub-400501|400501|InvalidPnPInterfaceDefinition|hub-400502|400502|InvalidPnPDesiredProperties|hub-400503|400503|
InvalidPnPReportedProperties|hub-400504|400504|InvalidPnPWritableReportedProperties|hub-400505|400505|
InvalidDigitalTwinJsonPatch|hub-400506|400506|InvalidDigitalTwinPayload|hub-400507|400507|InvalidDigitalTwinPatch|
hub-400508|400508|InvalidDigitalTwinPatchPath|hub-404014|404014|DigitalTwinInterfaceNotFound|hub-404401|404401|
DigitalTwinModelNotFound|hub-404402|404402|InterfaceNameModelNotFound
@hub.models
hub-403100|403100|DeviceModelMaxPropertiesExceeded|hub-403101|403101|DeviceModelMaxIndexablePropertiesExceeded|
hub-409101|409101|ModelAlreadyExists|hub-409501|409501|DigitalTwinModelAlreadyExists|hub-409502|409502|
DigitalTwinModelExistsWithOtherModelType|hub-409503|409503|InterfaceNameModelAlreadyExists|hub-413201|413201|
DigitalTwinModelCountLimitExceeded|hub-413202|413202|InterfaceNameCompressionModelCountLimitExceeded|hub-500301|
500301|ModelRepoEndpointError|hub-500302|500302|ResolutionError|hub-500501|500501|UnableToExpandDiscoveryInfo|500504|
UnableToCompressDiscoveryInfo|hub-500502|500502|UnableToExpandComponentInfo|500503|UnableToCompressComponentInfo|
hub-500505|500505|OrphanDiscoveryDocument
@message
invalid-json|uncertain-json|bad-encoding|not-text|not-an-object|content-type|content-encoding|bad-creation-time|
unreadable-record|malformed-message|amqp-body|schema-violation|schema-unusable|schema-undecided
@patterns
token-renewed-by-reconnect|token-without-life|token-renewal-failed|identity-shared|connection-lost-often|
idle-connection-cut|dropped-after-operation|silent-after-sessions|reconnect-storm|devices-throttled|site-refused|
hub-refuses-all|key-refused-since|certificate-refused-since|hub-failed-over|group-lost-together
@payload
wrong-type|wrong-format|loose-format|loose-geometry|out-of-range|integral-float|not-in-enum|missing-field|null-value|
unlikely-position|unmodeled-field|misspelt-name|wrong-kind|wrong-component|unknown-component|unknown-module|
ambiguous-name|reserved-name
@properties
missing-component-marker|not-writable|unexpected-component-marker|wrong-acknowledgement|outdated-property-format|
twin-limit
@template
template-issue|duplicate-name|unresolved-schema|invalid-name|model-limit|model-mistake|model-context|
unknown-model-key|missing-model-key|wrong-model-value|wrong-model-type|wrong-unit|model-cycle
@assignment
model-not-announced|model-not-found|device-not-in-app|template-not-read|properties-unchanged
@tool
tool-failed
@workspace
logs-not-collected|workspace-refuses|workspace-unknown|workspace-busy|log-query-refused|log-rows-missing
"""
