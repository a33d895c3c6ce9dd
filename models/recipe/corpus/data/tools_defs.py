"""Hand-written tools. Format of one block:

@ name | group | description
param[!] type generator | description      (! = required; types s i n b e a)
? phrasing with {param} and [a|b] alternatives   (;; p=value sets a fixed argument)
= key=generator; key=generator             (fields of the tool result)
< answer sentence with {param} and {key}
"""

DEFS = r"""
@ get_weather | weather | Get the current weather for a location.
location! s place | City or place name
unit e celsius,fahrenheit | Temperature unit
? [What's|What is|How's|How is] the weather in {location}?
? [What's|How's] the weather like in {location} [right now|today]?
? Is it [raining|sunny|cold|warm|windy] in {location}?
? [Tell me|Give me|Check|Show me|Get] the [current |]weather [for|in] {location}.
? Weather in {location}?
? How [hot|cold|warm] is it in {location} in {unit}?
? [What's|Give me] the temperature in {location} in {unit}
? I am in {location}. Do I need an umbrella?
= temperature=i:-8:36; condition=cond
< It is {temperature} degrees and {condition} in {location}.
< The weather in {location} is {condition}, with {temperature} degrees.
< In {location} it is {condition} right now. The temperature is {temperature} degrees.

@ get_forecast | weather | Get the weather forecast for the next days.
city! s place | The city
days! i i:2:10 | Number of days
? [What is|Show me|Give me|Get me] the {days} day forecast for {city}.
? What will the weather be like in {city} over the next {days} days?
? Forecast for {city}, {days} days [please|]
? Will it rain in {city} in the next {days} days?
? I'm going to {city} for {days} days. What weather should I expect?
= summary=cond; high=i:15:36; low=i:-6:14
< The forecast for {city} is {summary}, with highs of {high} and lows of {low} degrees.
< Expect {summary} weather in {city} for the next {days} days, between {low} and {high} degrees.

@ get_air_quality | air | Get the air quality index of a city.
city! s place | Name of the city
? [How is|What is|Check] the air quality in {city}[?| today?| right now?]
? Is the air [clean|safe|bad] in {city} [today|now]?
? [Give me|Show me|Tell me] the air quality index for {city}.
? How polluted is {city}?
= aqi=i:10:180; level=aqi
< The air quality index in {city} is {aqi}, which is {level}.
< {city} has an air quality index of {aqi} ({level}).

@ get_time | time | Get the current local time in a city.
city! s place | City name
? What time is it in {city}[?| now?| right now?]
? [Tell me|Give me|Check] the [current |local |]time in {city}.
? What's the [local |current |]time in {city}?
? I need to call someone in {city}. What time is it there?
= time=clock
< It is {time} in {city}.
< The local time in {city} is {time}.

@ get_sunrise | sun | Get the times of sunrise and sunset.
place! s place | Place name
date s date | Date
? When does the sun [rise|set] in {place}[?| today?]
? [What time is|When is] [sunrise|sunset] in {place}?
? [When is|Tell me the time of] [sunrise|sunset] in {place} on {date}[?|]
? [Get|Look up] [sunrise|sunset] for {place}.
= sunrise=clock_am; sunset=clock_pm
< In {place} the sun rises at {sunrise} and sets at {sunset}.
< Sunrise in {place} is at {sunrise} and sunset is at {sunset}.

@ search_flights | flights | Search for flights between two cities.
origin! s place | City of departure
destination! s place | City of arrival
date s date | Date of departure
passengers i i:2:6 | Number of passengers
? [Find|Search for|Look for|Show me|Get me] [flights|a flight] from {origin} to {destination}.
? [Find|Search|Look for] flights from {origin} to {destination} on {date}.
? I [want|need|would like] to fly from {origin} to {destination} on {date}.
? Are there [any |cheap |]flights from {origin} to {destination} on {date}?
? [Find|Look up] flights to {destination} from {origin} for {passengers} passengers.
? We are {passengers} people flying from {origin} to {destination} on {date}. [Find us flights|What flights are there]?
= airline=airline; price=i:60:900; departure=clock
< I found a flight from {origin} to {destination} with {airline} at {departure} for {price} dollars.
< {airline} flies from {origin} to {destination} at {departure}. It costs {price} dollars.

@ get_flight_status | flightstatus | Get the status of a flight by its number.
flight_number! s flight | Flight number
? [What's|What is|Check|Tell me] the status of flight {flight_number}[?|]
? Is flight {flight_number} [on time|delayed|late]?
? [Has flight {flight_number} landed|Did flight {flight_number} land] yet?
? [Track|Look up] flight {flight_number}.
? When does {flight_number} [land|arrive]?
= status=fstatus; arrival=clock
< Flight {flight_number} is {status}. It arrives at {arrival}.
< {flight_number} is {status} and should arrive at {arrival}.

@ book_hotel | hotel | Book a hotel room.
city! s place | City
nights! i i:2:14 | Number of nights
guests i i:2:5 | Number of guests
? Book [a hotel|a room|a hotel room] in {city} for {nights} nights.
? I need a [hotel|room] in {city} for {nights} nights.
? [Reserve|Book|Get me] a hotel in {city} for {guests} guests and {nights} nights.
? We are {guests} people and want to stay {nights} nights in {city}. Book a room.
? Can you book {nights} nights in {city}[?| for {guests} people?]
= hotel=hotel; price=i:60:900; confirmation=code
< Your room at the {hotel} in {city} is booked for {nights} nights. The price is {price} dollars and the confirmation is {confirmation}.
< Done! {nights} nights at the {hotel}, {price} dollars in total. Confirmation: {confirmation}.

@ find_restaurants | restaurants | Find restaurants in a place.
location! s place | Where to look
cuisine s cuisine | Kind of food
? [Find|Show me|Search for|Look for] {cuisine} restaurants in {location}.
? Where can I eat {cuisine} food in {location}?
? [Find|Show me|Recommend] a [good |]restaurant in {location}.
? I'm hungry and I'm in {location}. Any {cuisine} places?
? I want {cuisine} food [tonight|today] in {location}.
= name=restaurant; rating=rate
< {name} in {location} has a rating of {rating}.
< You could try {name}. It is rated {rating} out of 5.

@ reserve_table | table | Reserve a table at a restaurant.
restaurant! s restaurant | Name of the restaurant
people! i i:2:12 | Number of people
time! s time | Time of the reservation
? [Reserve|Book|Get] a table at {restaurant} for {people} [people|] at {time}.
? I [need|want|would like] a table for {people} at {restaurant} at {time}.
? Table for {people} at {restaurant}, {time}[, please|]
? Can you reserve {restaurant} for {people} people at {time}?
? We are {people} and want to eat at {restaurant} at {time}. [Book it|Reserve a table].
= status=confirmed; table=i:1:40
< Your table at {restaurant} for {people} people at {time} is {status}. It is table {table}.
< Table {table} at {restaurant} is {status} for {time}.

@ convert_currency | currency | Convert an amount of money from one currency to another.
amount! n f:1:5000 | Amount to convert
from_currency! s ccy | Currency code to convert from
to_currency! s ccy | Currency code to convert to
? Convert {amount} {from_currency} to {to_currency}[.| please.|]
? How much is {amount} {from_currency} in {to_currency}?
? What is {amount} {from_currency} in {to_currency}?
? [Change|Exchange] {amount} {from_currency} [to|into] {to_currency}.
? I have {amount} {from_currency}. How many {to_currency} is that?
? How many {to_currency} do I get for {amount} {from_currency}?
= converted=f:1:9000
< {amount} {from_currency} is {converted} {to_currency}.
< You get {converted} {to_currency} for {amount} {from_currency}.

@ get_exchange_rate | rate | Get the exchange rate between two currencies.
base! s ccy | Base currency
target! s ccy | Target currency
? [What is|What's|Give me|Show me] the exchange rate from {base} to {target}[?|]
? [What's|Get] the {base} to {target} rate[?|]
? [Check|Look up] the exchange rate between {base} and {target}.
? Rate of {base} against {target}?
= rate=rate4
< One {base} is {rate} {target}.
< The exchange rate from {base} to {target} is {rate}.

@ send_email | email | Send an email.
to! s email | Address of the recipient
subject! s subject | Subject line
body s message | Text of the email
? [Send|Write] an email to {to} with the subject {subject}[.|]
? Email {to} with subject "{subject}" and body "{body}".
? [Send|Write] an email to {to} with the subject "{subject}" saying "{body}".
? Please email {to}. Subject: {subject}. Body: {body}
? Send {to} a mail about {subject}.
? I need to send {to} an email. The subject is {subject} and the text is: {body}
= status=sent; id=code
< The email to {to} has been sent.
< Done. I sent the email with the subject "{subject}" to {to}.

@ send_message | message | Send a text message to a contact.
contact! s person | Name of the contact
text! s message | Text of the message
? [Send|Text] {contact} a message saying {text}
? Text {contact}: {text}
? [Send|Write] a [text|message|text message] to {contact} saying "{text}".
? Tell {contact} "{text}".
? Message {contact} and say "{text}".
? Can you text {contact} "{text}"?
= status=sent
< I sent your message to {contact}.
< Done, {contact} was told: "{text}".

@ call_contact | call | Start a phone call.
name! s person | Who to call
? Call {name}[.| please.| now.|]
? [Phone|Ring|Dial] {name}[.| please.]
? [Can|Could] you call {name}[?| for me?]
? I [want|need] to [talk to|call|speak with] {name} on the phone.
? [Start|Make] a call to {name}.
= status=callstat
< The call to {name} is {status}.
< Calling {name} now. Status: {status}.

@ set_timer | timer | Set a timer.
minutes! i i:2:90 | Length in minutes
label s dish | Name of the timer
? Set a timer for {minutes} minutes.
? [Start|Set] a {minutes} minute timer[.| please.|]
? [Set|Start] a {minutes} minute timer for the {label}.
? Timer for {minutes} minutes[, please|]
? Wake me up from this task in {minutes} minutes with a timer.
? [Let me know|Tell me] when {minutes} minutes are over.
? The {label} needs {minutes} minutes. Set a timer.
= status=started; ends_at=clock
< The timer for {minutes} minutes is set. It ends at {ends_at}.
< Your {minutes} minute timer has {status}.

@ set_alarm | alarm | Set an alarm for a time of day.
time! s time | Time of the alarm
day s day | Day of the week
? Set an alarm for {time}[.| please.|]
? Wake me [up |]at {time}[.| please.|]
? [I need to get up|I have to wake up] at {time}. Set an alarm.
? Set an alarm for {time} on {day}.
? [Can|Could] you wake me at {time} on {day}?
? Alarm at {time}[, please|]
= status=started
< Your alarm is set for {time}.
< Done. I will wake you at {time}.

@ create_reminder | reminder | Create a reminder.
task! s task | What to remember
time s time | When to remind
? Remind me to {task}[.|]
? Remind me to {task} at {time}[.|]
? [Create|Set|Add] a reminder to {task}[.|]
? [Create|Set|Add] a reminder to {task} at {time}[.|]
? Don't let me forget to {task}.
? I must {task} at {time}. [Remind me|Please remind me].
= status=created; id=code
< I will remind you to {task}.
< The reminder to {task} is {status}.

@ create_event | calendar | Add an event to the calendar.
title! s event | Title of the event
date! s date | Date of the event
time s time | Start time
? [Add|Put] {title} [to|in|on] my calendar on {date}.
? [Create|Add] an event called {title} on {date}.
? Schedule {title} for {date} at {time}.
? [Add|Put] {title} on my calendar for {date} at {time}.
? I have {title} on {date} at {time}. Put it in the calendar.
? Plan {title} for {date}[, please|].
= status=created; id=code
< {title} is in your calendar for {date}.
< The event {title} on {date} has been {status}.

@ list_events | agenda | List the calendar events of one day.
date! s date | The day
? What [do I have|is] on my calendar [on|for] {date}?
? [Show me|List|Tell me] my [events|appointments|meetings] [on|for] {date}.
? Am I free on {date}?
? Do I have [any |]meetings on {date}?
= count=i:1:6; first=event
< You have {count} events on {date}. The first one is {first}.
< On {date} your calendar has {count} entries, starting with {first}.

@ get_stock_price | stock | Get the current price of a stock.
symbol! s ticker | Ticker symbol
? [What's|What is] the [stock |share |current |]price of {symbol}?
? How is {symbol} [doing|trading][?| today?]
? [Get|Check|Look up|Show me] the stock price of {symbol}.
? How much is [a share|one share|the stock] of {symbol}?
? {symbol} stock price?
= price=f:5:900; change=chg
< {symbol} is at {price} dollars, a change of {change} percent.
< The price of {symbol} is {price} dollars.

@ get_crypto_price | crypto | Get the price of a cryptocurrency.
coin! s coin | Name of the coin
currency s ccy | Currency of the price
? [What's|What is] the price of {coin}[?| in {currency}?]
? How much is [one |a |]{coin} [worth|now][?| today?]
? [Check|Get|Show me] the {coin} price[.| in {currency}.]
? What does one {coin} cost in {currency}?
= price=f:1:60000
< One {coin} costs {price} right now.
< The price of {coin} is {price}.

@ translate_text | translate | Translate text into another language.
text! s phrase | Text to translate
target_language! s lang | Language to translate into
? Translate "{text}" [to|into] {target_language}.
? How do you say "{text}" in {target_language}?
? What is "{text}" in {target_language}?
? [Say|Write|Put] "{text}" in {target_language}[.| please.]
? Translate to {target_language}: {text}
? I need "{text}" in {target_language}.
= translation=foreign
< In {target_language} it is "{translation}".
< "{text}" is "{translation}" in {target_language}.

@ detect_language | detect | Detect the language of a text.
text! s foreign | The text
? [What|Which] language is "{text}"?
? Detect the language of "{text}".
? In [what|which] language is this written: {text}
? Can you tell [what|which] language "{text}" is?
? Identify the language: {text}
= language=lang; confidence=conf
< The text is in {language}.
< It looks like {language}, with a confidence of {confidence}.

@ define_word | dictionary | Look up the definition of a word.
word! s noun | The word
? [Define|Look up] [the word |]{word}[.| in the dictionary.]
? What does [the word |]{word} mean?
? What is the [meaning|definition] of {word}?
? [Give me|Find] the definition of {word}.
? Dictionary entry for {word}[, please|]
= definition=defn
< {word}: {definition}.
< The dictionary says that {word} means {definition}.

@ search_web | web | Search the web.
query! s query | Search query
? Search the web for {query}[.|]
? [Google|Search for|Look up] {query}[.|]
? [Search online|Do a web search] for {query}.
? Find me [pages|information|something] [about|on] {query} on the [web|internet].
? What does the internet say about {query}?
= title=title; url=url
< I found "{title}" at {url}.
< The best result for {query} is "{title}" ({url}).

@ search_images | images | Search for images.
query! s query | What to look for
count i i:2:20 | Number of images
? [Find|Show me|Search for|Get] [pictures|images|photos] of {query}.
? [Find|Show me|Get] {count} [pictures|images|photos] of {query}.
? I need {count} images of {query}.
? Can you find a [picture|photo] of {query}?
= found=i:2:40; first=imgfile
< I found {found} images of {query}. The first one is {first}.
< There are {found} pictures. The first is {first}.

@ get_news | news | Get the latest news about a topic.
topic! s topic | News topic
limit i i:2:10 | Number of headlines
? [What's|What is] [new in|the news about|happening in] {topic}?
? [Show|Give|Get] me the [latest |]news about {topic}.
? [Show|Give|Get] me {limit} headlines about {topic}.
? Any news [on|about] {topic}[?| today?]
? I want to read {limit} news articles about {topic}.
= headline=headline
< The top headline about {topic} is: {headline}.
< Here is the latest: {headline}.

@ play_music | music | Play a song.
song! s song | Title of the song
artist s artist | Name of the artist
? Play {song}[.| please.|]
? Play {song} by {artist}[.|]
? [Put on|Start] [the song |]{song} by {artist}.
? I [want|would like] to [hear|listen to] {song}[.| by {artist}.]
? Can you play "{song}"[?| by {artist}?]
= status=playing; length=songlen
< Now {status}: {song} ({length}).
< {song} is {status}.

@ create_playlist | playlist | Create a playlist with songs.
name! s plname | Name of the playlist
songs! a song | Songs to add
? [Create|Make] a playlist called {name} with {songs}.
? Make me a playlist named {name}. Put {songs} in it.
? New playlist {name}: {songs}
? Put {songs} into a new playlist called {name}.
? I want a playlist called {name} with the songs {songs}.
= status=created; tracks=len:songs
< The playlist {name} with {tracks} songs is {status}.
< Done. {name} has {tracks} songs.

@ set_volume | volume | Set the volume of the speaker.
level! i i:0:100 | Volume in percent
? [Set|Turn|Change] the volume to {level}[.| percent.]
? Volume {level}[, please|]
? [Put|Bring] the volume [to|at] {level} percent.
? Make it louder, volume {level}.
? Turn the [sound|music] to {level} percent.
= volume=same:level
< The volume is now {volume} percent.
< Okay, volume {volume}.

@ turn_on_light | light | Turn on a light.
room! s room | Room of the light
brightness i i:5:100 | Brightness in percent
? [Turn|Switch] on the light[s|] in the {room}.
? [Turn|Switch] the {room} light[s|] on[.| please.]
? Lights on in the {room}[, please|.]
? It is dark in the {room}. [Turn on the light|I need light].
? Turn on the {room} light at {brightness} percent.
? Set the light in the {room} to {brightness} percent.
= state=on
< The light in the {room} is {state}.
< Done, the {room} light is {state}.

@ set_light_color | lightcolor | Change the color of a lamp.
room! s room | Where the lamp is
color! s color | New color
? [Make|Turn] the [light|lamp] in the {room} {color}.
? [Set|Change] the {room} [light|lamp] to {color}.
? I want {color} light in the {room}.
? {room} lamp {color}, please.
? Can you make the {room} lights {color}?
= status=ok
< The lamp in the {room} is now {color}.
< Okay, {color} light in the {room}.

@ set_thermostat | thermostat | Set the temperature of a room.
temperature! n f1:15:27 | Temperature in degrees
room s room | The room
? [Set|Change|Turn] the [thermostat|heating|temperature] to {temperature}[.| degrees.]
? Make it {temperature} degrees in the {room}.
? [Set|Heat|Warm] the {room} to {temperature} degrees.
? [I'm cold|It's cold]. [Set|Turn] the heating to {temperature} degrees.
? I want {temperature} degrees in the {room}.
= status=ok; current=f1:12:26
< The temperature is set to {temperature} degrees. It is {current} degrees now.
< Done. The thermostat is at {temperature} degrees.

@ lock_door | lock | Lock or unlock a door.
door! s door | Which door
locked! b bool | True to lock, false to unlock
? Lock the {door}[.| please.] ;; locked=true
? [Please make|Make] sure the {door} is locked. ;; locked=true
? I am leaving. Lock the {door}. ;; locked=true
? Unlock the {door}[.| please.] ;; locked=false
? [Open the lock|Take the lock off] of the {door}. ;; locked=false
? Someone is at the {door}. Unlock it. ;; locked=false
= status=ok
< Done, the {door} is taken care of.
< Okay. The {door} is ready.

@ start_vacuum | vacuum | Start the robot vacuum cleaner.
rooms! a room | Rooms to clean
? [Vacuum|Clean] the {rooms}.
? [Start|Send] the [vacuum|robot|vacuum cleaner] in the {rooms}.
? Please vacuum the {rooms}.
? Let the robot clean the {rooms}.
= minutes=i:10:90; battery=i:20:100
< The vacuum has started. It will take {minutes} minutes and the battery is at {battery} percent.
< Cleaning now. It should be done in {minutes} minutes.

@ add_todo | todo | Add an item to the to-do list.
item! s task | The task
priority e low,medium,high | Priority of the task
? Add {item} to my [to-do|todo|task] list.
? Put {item} on my [to-do|todo] list[.| with {priority} priority.]
? [New|Add a] task: {item}
? Add a {priority} priority task: {item}
? I have to {item}. Put it on the list with {priority} priority.
= status=added; total=i:1:30
< I added "{item}" to your list. It now has {total} items.
< Done: {item}. There are {total} tasks on the list.

@ add_to_shopping_list | shopping | Add items to the shopping list.
items! a grocery | Items to buy
? Add {items} to [my|the] shopping list.
? Put {items} on [my|the] shopping list.
? I need to buy {items}.
? We are out of {items}. Add [that|it] to the list.
? Shopping list: {items}
= total=i:3:25
< I added {items}. The list has {total} items.
< Your shopping list now has {total} items.

@ create_note | note | Save a note.
title! s title | Title of the note
content! s message | Text of the note
? [Make|Create|Save|Write] a note called {title}: {content}
? [Make|Create] a note with the title "{title}" and the text "{content}".
? Note this under {title}: {content}
? Write down "{content}" in a note called {title}.
? New note "{title}": "{content}"
= id=code; status=saved
< Your note "{title}" is {status}.
< The note has been {status} with the id {id}.

@ calculate | calc | Evaluate a math expression.
expression! s expr | Math expression
? [What is|Calculate|Compute|Work out] {expression}
? How much is {expression}?
? {expression} = ?
? I need the result of {expression}[.|]
? Can you [calculate|compute|solve] {expression}?
? Use the calculator for {expression}
= result=exprval
< {expression} = {result}
< The result of {expression} is {result}.

@ convert_units | units | Convert a value between units.
value! n f:1:500 | Value to convert
from_unit! s unit | Unit of the value
to_unit! s unit2 | Unit to convert to
? Convert {value} {from_unit} to {to_unit}[.| please.|]
? How many {to_unit} [are|is] {value} {from_unit}?
? What is {value} {from_unit} in {to_unit}?
? {value} {from_unit} in {to_unit}?
? Change {value} {from_unit} into {to_unit}.
= result=f:1:900
< {value} {from_unit} is {result} {to_unit}.
< That is {result} {to_unit}.

@ calculate_tip | tip | Calculate the tip for a bill.
bill! n f:5:300 | Amount of the bill
percent! n i:5:25 | Tip in percent
? [What is|Calculate|Work out] [a|the] {percent} percent tip on {bill}[ dollars|][?|.]
? [The|My] bill is {bill} dollars. How much is a {percent} percent tip?
? How much tip is {percent} percent [of|on] {bill}?
? I want to tip {percent} percent on a bill of {bill}.
= tip=tip; total=total
< The tip is {tip} dollars and the total is {total} dollars.
< With a tip of {tip} you pay {total} dollars.

@ calculate_bmi | bmi | Compute the body mass index.
weight! n f1:45:110 | Weight in kilograms
height! n hgt | Height in meters
? [What is my BMI?|Calculate my BMI.|Compute my BMI.] I weigh {weight} kg and I am {height} m tall.
? BMI for {weight} kg and {height} m[?|]
? I am {height} meters tall and weigh {weight} kilograms. What is my body mass index?
? My weight is {weight} and my height is {height}. [Compute|Tell me] my BMI.
= bmi=bmi
< Your BMI is {bmi}.
< The body mass index is {bmi}.

@ random_number | random | Draw a random number.
min! i i:0:20 | Smallest number
max! i i:21:1000 | Largest number
? [Give me|Pick|Draw|Choose] a random number between {min} and {max}.
? [Pick|Choose] a number from {min} to {max}.
? Random number, {min} to {max}[, please|]
? I need a random number from {min} to {max}.
= number=rnd
< Your random number is {number}.
< I drew {number}.

@ roll_dice | dice | Roll dice.
count! i i:2:6 | Number of dice
sides! i sides | Sides of each die
? Roll {count} dice with {sides} sides.
? [Please roll|Throw] {count} {sides}-sided dice.
? I need {count} dice rolls with {sides} sides.
? Can you roll {count} dice with {sides} sides[?| for me?]
= total=i:6:40
< The total of the dice is {total}.
< You rolled {total}.

@ get_directions | directions | Get directions from one place to another.
start! s place | Starting point
end! s place | Destination
mode e driving,walking,cycling | Way to travel
? How do I get from {start} to {end}?
? [Give me|Show me|Find] [directions|the way|a route] from {start} to {end}.
? [Give me|Show me] {mode} directions from {start} to {end}.
? I need {mode} directions to {end} from {start}.
? Navigate from {start} to {end}[.| please.]
? Route from {start} to {end}, {mode}[.|]
= distance_km=i:2:900; duration=dur
< It is {distance_km} km from {start} to {end} and takes {duration}.
< The way to {end} is {distance_km} km long and takes about {duration}.

@ get_distance | distance | Get the distance between two cities.
city_a! s place | First city
city_b! s place | Second city
? How far is [it from {city_a} to|{city_a} from] {city_b}?
? What is the distance [between {city_a} and|from {city_a} to] {city_b}?
? How many kilometers are there between {city_a} and {city_b}?
? [Tell me|Give me|Check] the distance between {city_a} and {city_b}.
= km=i:40:9000
< {city_a} and {city_b} are {km} km apart.
< The distance is {km} km.

@ get_traffic | traffic | Get the traffic on a road.
road! s road | Name of the road
? How is the traffic on {road}[?| now?| today?]
? Is there [a traffic jam|much traffic|traffic] on {road}?
? [Check|Show me|Tell me about] the traffic on {road}.
? Any delays on {road}?
= delay_minutes=i:0:45; level=traffic
< Traffic on {road} is {level}, with a delay of {delay_minutes} minutes.
< There is a delay of {delay_minutes} minutes on {road}.

@ order_taxi | taxi | Order a taxi.
pickup! s address | Where to pick up
dropoff! s address | Where to go
? [Order|Get|Call|Book] [me |]a [taxi|cab] from {pickup} to {dropoff}.
? I need a [taxi|ride|cab] from {pickup} to {dropoff}.
? Taxi from {pickup} to {dropoff}[, please|.]
? Please pick me up at {pickup} and take me to {dropoff}.
= driver=person; minutes=i:2:20
< Your driver {driver} arrives at {pickup} in {minutes} minutes.
< A taxi is on its way. {driver} will be there in {minutes} minutes.

@ get_train_times | trains | Get the next trains between two stations.
from_station! s place | Station of departure
to_station! s place | Station of arrival
? When is the next train from {from_station} to {to_station}?
? [Show|Tell|Give] me the trains from {from_station} to {to_station}.
? Train times from {from_station} to {to_station}[?|]
? I want to take the train from {from_station} to {to_station}.
? [Find|Look up] a train to {to_station} from {from_station}.
= next=clock; platform=i:1:18
< The next train to {to_station} leaves at {next} from platform {platform}.
< Take the {next} train from platform {platform}.

@ rent_car | car | Rent a car.
city! s place | Where to rent
days! i i:2:21 | Number of days
car_type e small,large,electric | Kind of car
? [Rent|Get|Book] [me |]a car in {city} for {days} days.
? [Rent|Get|Book] [me |]a {car_type} car in {city} for {days} days.
? I need a [rental |]car in {city} for {days} days.
? I will be in {city} for {days} days and need a {car_type} car.
= price=i:40:900; confirmation=code
< Your car in {city} is booked for {days} days. It costs {price} dollars. Confirmation: {confirmation}.
< Done. The car costs {price} dollars for {days} days.

@ track_package | package | Track a package.
tracking_number! s track | Tracking number
? Where is my package[?| now?] The [tracking |]number is {tracking_number}.
? [Track|Trace|Find|Follow] [package|parcel|my package] {tracking_number}.
? [What's|What is] the status of package {tracking_number}?
? Has {tracking_number} been delivered?
? My tracking number is {tracking_number}. When does it arrive?
= status=pstatus; location=city
< Your package {tracking_number} is {status}. It was last seen in {location}.
< Package {tracking_number} is {status} in {location}.

@ get_order_status | order | Get the status of an order.
order_id! s order | Order number
? [What's|What is|Check] the status of [my |]order {order_id}[?|]
? Where is [my |]order {order_id}?
? Has [my |]order {order_id} [shipped|been sent]?
? [Look up|Check on] order {order_id}[.| please.]
? I ordered something. The order number is {order_id}. When will it come?
= status=pstatus; arrives=date
< Order {order_id} is {status}. It should arrive on {arrives}.
< Your order is {status} and arrives on {arrives}.

@ cancel_order | cancel | Cancel an order.
order_id! s order | Number of the order
reason s reason | Why it is cancelled
? Cancel [my |]order {order_id}[.| please.|]
? Please cancel order {order_id} because {reason}.
? I don't want order {order_id} anymore. Cancel it.
? I want to cancel order {order_id}. The reason: {reason}
? [Stop|Call off] order {order_id}.
= status=cancelled; refund=f:5:300
< Order {order_id} is {status}. You get {refund} dollars back.
< Done. Your refund is {refund} dollars.

@ search_products | products | Search for products in the shop.
query! s product | What to look for
max_price n f:10:900 | Highest price
? [Find|Search for|Show me|Look for] [a |]{query}[.| in the shop.]
? [Find|Show me|Search for] a {query} under {max_price} [dollars|].
? I [want|need] to buy a {query}[.| for less than {max_price} dollars.]
? Do you [sell|have] a {query}[?| under {max_price}?]
? I am looking for a {query} that costs at most {max_price}.
= name=brand; price=f:10:400
< I found the {name} for {price} dollars.
< There is a {query} called {name}. It costs {price} dollars.

@ add_to_cart | cart | Add a product to the cart.
product! s product | Name of the product
quantity! i i:1:12 | How many
? [Add|Put] {quantity} [of the |]{product} [to|in] [my|the] cart.
? I want to [buy|order] {quantity} of the {product}.
? Cart: {quantity} x {product}
? Put the {product} in my cart, quantity {quantity}.
? I'll take {quantity} of the {product}.
= total=f:10:900; items=i:1:15
< Your cart now has {items} items and costs {total} dollars.
< I added {quantity} of the {product}. The total is {total} dollars.

@ get_recipe | recipe | Find a recipe for a dish.
dish! s dish | Name of the dish
servings i i:2:10 | Number of servings
? [How do I|How can I] [make|cook] {dish}?
? [Find|Give me|Show me|Get] a recipe for {dish}[.| for {servings} people.]
? I want to cook {dish} for {servings} people.
? Recipe for {dish}[, please|]
? What do I need for {dish}[?| for {servings} people?]
= minutes=i:10:90; main=grocery
< You need {main} and about {minutes} minutes for {dish}.
< The recipe for {dish} takes {minutes} minutes. The main ingredient is {main}.

@ get_calories | calories | Get the calories of a food.
food! s food | Name of the food
grams i g:50:500 | Amount in grams
? How many calories [does|do] {food} have?
? How many calories are in {grams} grams of {food}?
? [Tell me|Look up|Check] the calories [of|in] {food}.
? I ate {grams} grams of {food}. How many calories is that?
? Calories in {food}?
= calories=i:20:700
< That is {calories} calories.
< {food} has {calories} calories.

@ log_workout | workout | Log a workout.
activity! s sport | Kind of sport
minutes! i i:5:180 | Duration in minutes
? [Log|Save|Record|Add] {minutes} minutes of {activity}.
? I did {minutes} minutes of {activity} [today|this morning]. [Log it|Save it|Record it].
? I just finished {minutes} minutes of {activity}.
? Workout: {activity}, {minutes} minutes
= calories=i:50:900; total_minutes=i:100:900
< Nice! I logged {minutes} minutes of {activity}. That is {calories} calories.
< Saved. You have {total_minutes} minutes of sport this week.

@ find_doctor | doctor | Find a doctor near a place.
specialty! e dentist,dermatologist,cardiologist,pediatrician | Kind of doctor
city! s place | City
? [Find|Look for|Search for|I need] a {specialty} in {city}.
? Is there a [good |]{specialty} in {city}?
? Who is a good {specialty} in {city}?
? Show me a {specialty} near {city}.
= name=doctor; phone=phone
< {name} is a {specialty} in {city}. The phone number is {phone}.
< You can call {name} at {phone}.

@ book_appointment | appointment | Book an appointment.
name! s person | Name of the person
date! s date | Date
time! s time | Time
? Book an appointment [for|with] {name} on {date} at {time}.
? I need an appointment with {name} on {date} at {time}.
? Can {name} come on {date} at {time}? Book it.
? [Make|Schedule] an appointment for {name}, {date}, {time}.
= status=confirmed; id=code
< The appointment with {name} on {date} at {time} is {status}.
< Done. The appointment id is {id}.

@ get_movie_info | movie | Get information about a movie.
title! s title | Title of the movie
year i i:1950:2024 | Year of release
? [Tell me about|Give me information about|Look up] the [movie|film] {title}[.| from {year}.]
? [Who directed|Who made|Who is in] the [movie|film] {title}?
? What is the [movie|film] {title} about?
? Is the {year} [movie|film] {title} any good?
= director=fullname; rating=rate
< {title} was directed by {director} and is rated {rating}.
< The director of {title} is {director}. Its rating is {rating}.

@ find_cinema | cinema | Find cinemas that show a movie.
movie! s title | Title of the movie
city! s place | City
? Where [can I see {movie}|is {movie} playing] in {city}?
? Which cinema in {city} shows {movie}?
? [Find|Look for] a cinema in {city} that shows {movie}.
? I want to see {movie} in {city}.
= cinema=cinema; time=clock
< {cinema} in {city} shows {movie} at {time}.
< You can see {movie} at {cinema} at {time}.

@ buy_tickets | tickets | Buy tickets for an event.
event! s event | Name of the event
count! i i:2:8 | Number of tickets
? [Buy|Get|Order|Book] [me |]{count} tickets for {event}.
? I [want|need|would like] {count} tickets for {event}.
? {count} tickets for {event}, please.
? Can you buy {count} tickets to {event}?
= price=f:10:300; code=code
< I bought {count} tickets for {event}. They cost {price} dollars and the code is {code}.
< Done. Your ticket code is {code}.

@ search_books | books | Search for books.
author s fullname | Author
topic s topic | Topic
? [Find|Show me|Search for|Look for] books by {author}.
? What [books has|has] {author} written?
? [Find|Show me|Search for] books [about|on] {topic}.
? I want to read a book about {topic}.
? Do you have a book about {topic} by {author}?
= title=title; pages=i:90:700
< I found "{title}". It has {pages} pages.
< There is a book called "{title}" with {pages} pages.

@ read_file | files | Read a file.
path! s file | Path of the file
? [Read|Open|Show me|Print] [the file |]{path}[.|]
? What [is in {path}|does {path} say]?
? [Show|Give] me the [contents|content|text] of {path}.
? Can you [open|read] {path}?
? cat {path}
= content=message; size=i:10:900
< {path} says: {content}
< The file contains: "{content}"

@ write_file | write | Write text to a file.
path! s file | Path of the file
content! s message | Text to write
? Write "{content}" to [the file |]{path}.
? [Create|Save] [a file |]{path} with the [text|content] "{content}".
? Put "{content}" into {path}.
? Save this to {path}: {content}
= status=saved; bytes=i:10:90
< I wrote the text to {path}.
< {path} has been {status}.

@ list_files | ls | List the files in a folder.
folder! s folder | Path of the folder
? [List|Show me|What are] the files in {folder}[.|]
? What [is|files are] in [the folder |]{folder}?
? ls {folder}
? [Show|List] [everything in|the contents of] {folder}.
= count=i:1:20; newest=file
< There are {count} files in {folder}. The newest is {newest}.
< {folder} has {count} files, and {newest} is the newest.

@ delete_file | rm | Delete a file.
path! s file | Path of the file
? [Delete|Remove|Erase] [the file |]{path}[.| please.|]
? I don't need {path} anymore. [Delete|Remove] it.
? [Get rid of|Throw away] {path}.
? rm {path}
= status=deleted
< The file {path} has been {status}.
< Done, {path} is gone.

@ run_command | shell | Run a shell command.
command! s shell | The command line
? [Run|Execute] [the command |]`{command}`[.|]
? Run {command}
? What [is the output of `{command}`|does `{command}` print]?
? Please [run|execute] "{command}" in the [shell|terminal].
= exit_code=zero; output=shout
< The command printed: {output}
< It ran with exit code {exit_code}. Output: {output}

@ run_python | python | Run Python code.
code! s pycode | The code to run
? [Run|Execute] this [Python |]code: {code}
? What does `{code}` [print|give|return] in Python?
? Run {code} in Python.
? Please execute `{code}`.
= output=i:0:99
< The output is {output}.
< It printed {output}.

@ query_database | db | Run an SQL query.
sql! s sql | SQL query
? [Run|Execute] [this query|the query|the SQL]: {sql}
? [Run|Execute] "{sql}" on the database.
? What does {sql} return?
? Query the database: {sql}
= rows=i:0:120
< The query returned {rows} rows.
< I got {rows} rows from the database.

@ get_user | user | Get a user by id.
user_id! i i:1:9999 | Id of the user
? [Get|Show me|Look up|Find|Fetch] [the |]user [with id |]{user_id}.
? Who is user {user_id}?
? [What is|Show me] the name of user {user_id}[?|]
? User {user_id}, please.
= name=fullname; email=email
< User {user_id} is {name} ({email}).
< That is {name}. The email address is {email}.

@ create_user | newuser | Create a user account.
name! s fullname | Full name
email! s email | Email address
admin b bool | Whether the user is an administrator
? [Create|Add|Make] [a user|an account|a new user] for {name} with the email {email}.
? [Create|Add] a user named {name}, {email}.
? New user: {name}, email {email}
? Add {name} ({email}) as an administrator. ;; admin=true
? Create an account for {name}, {email}. Not an admin. ;; admin=false
= id=i:100:9999; status=created
< The account of {name} is {status}. The id is {id}.
< I created user {id} for {name}.

@ create_ticket | ticket | Create a support ticket.
title! s issue | Short title of the problem
priority! e low,medium,high,urgent | Priority
? [Create|Open|File] a [ticket|support ticket]: {title}. Priority {priority}.
? [Create|Open|File] a {priority} priority ticket: {title}
? [Open|Create] a ticket called "{title}" with {priority} priority.
? Report this problem with {priority} priority: {title}
= ticket=code; status=opened
< I opened ticket {ticket} for you.
< The ticket {ticket} with {priority} priority is {status}.

@ assign_task | assign | Assign a task to a person.
task! s task | The task
assignee! s person | Who does it
due_date s date | When it must be done
? Assign "{task}" to {assignee}.
? Give {assignee} the task to {task}.
? [Ask {assignee} to|Let {assignee}] {task} by {due_date}.
? {assignee} has to {task} by {due_date}. Assign it.
? Assign the task "{task}" to {assignee}, due {due_date}.
= status=assigned; id=code
< The task is {status} to {assignee}.
< {assignee} now has the task to {task}.

@ schedule_meeting | meeting | Schedule a meeting with people.
attendees! a person | Who takes part
time! s time | Start time
topic s topic | What it is about
? [Schedule|Set up|Plan] a meeting with {attendees} at {time}.
? [Schedule|Set up|Plan] a meeting with {attendees} at {time} about {topic}.
? I need to meet {attendees} at {time}.
? Meeting with {attendees} at {time}, topic {topic}[.|]
? Invite {attendees} to a meeting about {topic} at {time}.
= status=confirmed; link=url
< The meeting with {attendees} at {time} is {status}.
< Done. The link is {link}.

@ send_money | money | Send money to a person.
recipient! s person | Who gets the money
amount! n f:1:900 | Amount
currency s ccy | Currency code
? Send {amount} {currency} to {recipient}.
? [Send|Transfer|Pay] {recipient} {amount} {currency}.
? Transfer {amount} dollars to {recipient}. ;; currency=USD
? I owe {recipient} {amount} {currency}. Pay it back.
? Pay {amount} euros to {recipient}. ;; currency=EUR
= status=sent; balance=f:10:5000
< {amount} was {status} to {recipient}. Your balance is {balance}.
< Done. You have {balance} left.

@ get_balance | balance | Get the balance of a bank account.
account! s account | Name of the account
? [What is|What's|Check|Show me] the balance of my {account} account[?|]
? How much [money |]is [in|on] my {account} account?
? How much do I have on {account}?
? [Tell me|Get] the balance of the {account} account.
= balance=f:10:9000; currency=ccy
< There is {balance} {currency} in your {account} account.
< The balance of {account} is {balance} {currency}.

@ get_holidays | holidays | List public holidays of a country.
country! s country | Name of the country
year! i i:2020:2035 | Year
? [What are|Show me|List] the [public |]holidays in {country} in {year}[?|]
? Which days are [public |]holidays in {country} in {year}?
? [Get|Look up] the holidays of {country} for {year}.
? Holidays in {country}, {year}?
= count=i:5:16; next=date
< {country} has {count} public holidays in {year}. The next one is on {next}.
< There are {count} holidays. The next is {next}.

@ get_population | population | Get the population of a place.
place! s place | City or country
? [What is|Tell me|Look up] the population of {place}[?|]
? How many people live in {place}?
? How [big|large] is the population of {place}?
? Number of people in {place}?
= population=i:1000:9000000
< {place} has {population} inhabitants.
< The population of {place} is {population}.

@ get_sports_score | score | Get the latest score of a team.
team! s team | Name of the team
? [What's|What is|What was] the score of the {team} game?
? Did the {team} win[?| last night?| today?]
? How did the {team} [do|play][?| yesterday?]
? [Get|Check|Show me] the [latest |]score of the {team}.
= us=i:0:9; them=i:0:9; opponent=team
< The {team} scored {us} and the {opponent} scored {them}.
< The result was {us} to {them} against the {opponent}.

@ summarize_url | summarize | Summarize a web page.
url! s url | Address of the page
? [Summarize|Sum up] {url}[.| for me.|]
? What [is {url} about|does {url} say]?
? [Give me|Write] a [short |]summary of {url}.
? Can you read {url} and tell me what it says?
= summary=headline
< In short: {summary}.
< The page says: {summary}.

@ shorten_url | shorturl | Make a short link.
url! s url | Long address
? [Shorten|Make a short link for] {url}[.| please.]
? I need a short [link|version|URL] for {url}.
? Can you [make|create] a short link to {url}?
? [Turn|Make] {url} into a short link.
= short=surl
< Here is your short link: {short}
< The short link is {short}.

@ generate_password | password | Generate a random password.
length! i i:6:40 | Number of characters
symbols b bool | Whether to use symbols
? [Generate|Make|Create] a password with {length} characters.
? I need a [new |]password of length {length}.
? [Generate|Make] a {length} character password with symbols. ;; symbols=true
? [Give me|Create] a {length} character password without symbols. ;; symbols=false
? New password, {length} characters[, please|]
= password=pw
< Your new password is {password}
< Here it is: {password}

@ create_qr_code | qr | Make a QR code.
text! s url | Text or link of the code
size i g:100:900 | Size in pixels
? [Make|Create|Generate] a QR code for {text}.
? [Make|Create|Generate] a QR code for {text} with {size} pixels.
? I need a QR code [of|for] {text}[.|, size {size}.]
? Turn {text} into a QR code.
= file=imgfile
< Your QR code is saved as {file}.
< Done: {file}

@ generate_image | imagegen | Create an image from a description.
prompt! s scene | What the image shows
style e photo,cartoon,sketch,painting | Style of the image
? [Draw|Paint|Create] [a picture|an image] of {prompt}.
? [Make|Generate] an image of {prompt}[.| in the style {style}.]
? Draw {prompt} as a {style}.
? I want a {style} of {prompt}.
? Can you [draw|make a picture of] {prompt}?
= file=imgfile
< Here is your image of {prompt}: {file}
< The picture is ready: {file}

@ resize_image | resize | Resize an image file.
file! s imgfile | The image
width! i g:100:2000 | New width in pixels
height! i g:100:2000 | New height in pixels
? Resize {file} to {width} by {height}[.| pixels.]
? [Make|Scale] {file} [to |]{width}x{height}.
? [Change|Set] the size of {file} to {width} by {height} pixels.
? I need {file} in {width} x {height}.
= status=saved; bytes=i:1000:90000
< {file} is now {width} by {height} pixels.
< Done. The new file has {bytes} bytes.

@ water_plants | garden | Water plants in the garden.
zone! s zone | Part of the garden
seconds! i g:10:600 | How long
? Water the {zone} for {seconds} seconds.
? [Give|Send] water to the {zone} for {seconds} seconds.
? The {zone} [is|looks] dry. Water it for {seconds} seconds.
? [Start|Turn on] the water in the {zone} for {seconds} seconds.
= liters=i:1:60
< The {zone} got {liters} liters of water.
< Done. I used {liters} liters on the {zone}.

@ feed_pet | pet | Give food to a pet.
pet! s petname | Name of the pet
grams! i g:10:300 | Amount of food in grams
? [Feed|Please feed] {pet} {grams} grams[.| of food.]
? Give {pet} {grams} grams of food.
? {pet} is hungry. Give {grams} grams.
? [Put|Pour] {grams} grams of food in the bowl of {pet}.
= left=i:100:3000
< {pet} got {grams} grams. There are {left} grams left.
< Done! {left} grams of food are left.

@ read_sensor | sensor | Read a sensor of the board.
sensor! s sensor | Name of the sensor
? [Read|Check|Show me] [the |]sensor {sensor}.
? What does [the |]sensor {sensor} [say|read|show]?
? [Give me|Get] the value of sensor {sensor}.
? Value of {sensor}?
= value=f:1:90; unit=sunit
< Sensor {sensor} reads {value} {unit}.
< The value of {sensor} is {value} {unit}.

@ set_gpio | gpio | Set a pin of the board high or low.
pin! i i:0:63 | Pin number
high! b bool | True for high, false for low
? Set pin {pin} [high|to high][.|] ;; high=true
? Set pin {pin} [low|to low][.|] ;; high=false
? [Drive|Pull] pin {pin} high. ;; high=true
? [Drive|Pull] pin {pin} low. ;; high=false
? Turn pin {pin} on. ;; high=true
? Turn pin {pin} off. ;; high=false
= status=ok
< Pin {pin} is set.
< Done, pin {pin} was changed.

@ program_fpga | fpga | Load a bitstream into an FPGA board.
bitstream! s bitfile | Bitstream file
board! s board | Name of the board
? [Load|Flash|Put|Write] {bitstream} [onto|to] [the board |]{board}.
? Program [the board |]{board} with {bitstream}.
? I want to run {bitstream} on {board}.
? Configure {board} with {bitstream}[.| please.]
= status=ok; seconds=i:1:30
< {board} now runs {bitstream}. It took {seconds} seconds.
< Done: {bitstream} was loaded in {seconds} seconds.

@ get_memory_usage | mem | Get the memory usage of a server.
host! s host | Name of the server
? How much memory [does {host} use|is used on {host}]?
? [Check|Show me|Get] the memory [usage |]of {host}.
? Is {host} [out of memory|low on memory]?
? Memory of {host}?
= used_gb=i:1:60; total_gb=tgb
< {host} uses {used_gb} of {total_gb} GB.
< On {host}, {used_gb} GB of {total_gb} GB are in use.

@ restart_service | service | Restart a service on a server.
service! s service | Name of the service
host! s host | Name of the server
? Restart {service} on {host}[.| please.|]
? [Please restart|Reboot] the {service} service on {host}.
? {service} on {host} is stuck. Restart it.
? Can you restart {service} on [the server |]{host}?
= status=running; pid=i:100:9999
< {service} on {host} is {status} again with process id {pid}.
< Done. {service} is {status}.

@ post_tweet | post | Post a short public message.
text! s message | Text of the post
tags a tag | Hashtags without #
? Post "{text}"[.| on my page.| for everyone.]
? [Publish|Share|Post] this [message |]publicly: {text}
? Post "{text}" with the tags {tags}.
? Share "{text}" and tag it {tags}.
= id=i:1000:99999; likes=i:0:50
< Your post is online. Its id is {id}.
< Posted! The id is {id}.

@ rate_movie | rating | Give a movie a rating.
title! s title | Title of the movie
stars! i i:2:5 | Number of stars
? [Give|Rate] {title} {stars} stars.
? I [liked|saw|watched] {title}. Give it {stars} stars.
? {stars} stars for {title}[, please|.]
? My rating for {title} is {stars} stars.
= average=rate
< You gave {title} {stars} stars. The average is {average}.
< Thanks! The average rating of {title} is {average}.
"""
