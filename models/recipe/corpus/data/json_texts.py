"""Texts for the JSON kinds. {slot} is filled by kinds/json_fields.py."""

EXTRACT = {
    "person": """
{name} is {age} years old and lives in {city}.
My name is {name}, I am {age} years old and I live in {city}.
{name} ({age}) from {city} works as a {job}.
Hi, I'm {name}. I'm a {job} from {city}.
{name} is a {age} year old {job}.
I am {name} and I am {age}.
{name}, {age}, {city}
The {job} {name} was born {age} years ago in {city}.
{name} lives in {city} and loves {hobby}.
I'm {name}, I work as a {job} and my hobby is {hobby}.
{name} turned {age} last week. The favorite color of {name} is {color}.
Hello! {name} here, {age} years old. I like {hobby} and {food}.
{name} has a {pet} called {petname}.
My {pet} is called {petname} and it is {age} years old.
{name} comes from {country} and is {age}.
""",
    "contact": """
Please write to {name} at {email}.
You can reach {name} at {email} or call {phone}.
Contact: {name}, {email}, {phone}
My email is {email} and my phone number is {phone}.
{name} from {city} can be reached at {phone}.
Send the report to {email}. Regards, {name}
For questions call {name}: {phone}
""",
    "order": """
Order {order}: {quantity} {item} for {price} dollars.
I ordered {quantity} {item} on {date}. My order number is {order}.
Hello, my order {order} has not arrived. I paid {price} dollars on {date}.
{name} bought {quantity} {item} for {price} dollars.
Customer {name}, order {order}, total {price} dollars.
Order {order} was shipped to {city} on {date}.
The {item} costs {price} dollars.
Please cancel order {order}. {name}
I would like to buy {quantity} {item}. Send them to {city}.
Invoice {order} from {date}: {price} dollars, paid by {name}.
""",
    "event": """
The {event} is on {date} at {time} in {city}.
Join us for the {event} in {city} on {date}!
{name} has a {event} at {time} on {date}.
Don't forget: {event}, {date}, {time}.
The {event} with {name} was moved to {date}.
We meet at {time} in {city} for the {event}.
""",
    "trip": """
I want to fly from {city} to {city2} on {date}.
The train from {city} to {city2} leaves at {time} and costs {price} dollars.
{name} travels from {city} to {city2} on {date}.
A ticket to {city2} for {price} dollars, leaving {city} at {time}.
Flight from {city} to {city2}, {date}, {time}.
""",
    "weather": """
It is {temperature} degrees and {condition} in {city} today.
{city}: {condition}, {temperature} degrees.
The weather in {city} on {date} will be {condition}.
Today {city} is {condition} with {temperature} degrees.
""",
    "book": """
"{title}" was written by {name} in {year}.
The book {title} by {name} has {pages} pages.
{name} wrote {title} in {year}. It has {pages} pages.
The film {title} from {year} was directed by {name}.
I am reading {title} by {name}.
""",
    "list": """
I need {items} from the shop.
{name} bought {items}.
On the table there are {items}.
The recipe uses {items} and takes {minutes} minutes.
Please bring {items} to {city}.
{name}, {items2} and I had dinner together.
{items2} came to the party in {city}.
""",
    "board": """
The board {board} has {luts} LUTs and runs at {mhz} MHz.
Kernel {kernel} on {board} took {minutes} minutes.
{board} reports {temperature} degrees and {mhz} MHz.
The {kernel} kernel uses {luts} LUTs.
""",
    "score": """
The {team} beat the {team2} {score} to {score2}.
{team} {score}, {team2} {score2}
Final result in {city}: {team} {score}, {team2} {score2}.
""",
    "command": """
Turn on the {device} in the {room}.
The {device} in the {room} is broken.
Put a {color} {device} in the {room}.
Set the {device} in the {room} to {level} percent.
""",
}

POS = """
I [love|really like|enjoy] {this} {thing}. [It works great.|It makes me happy.|Best one ever!|]
{This} {thing} is [wonderful|great|excellent|fantastic|perfect|really good].
What a [great|lovely|wonderful|beautiful] {thing}! [I will buy it again.|Thank you!|]
The {thing} [works perfectly|is a joy to use|made my day|is the best I have had]. [Highly recommended!|Five stars.|]
I am [very|so] happy with {this} {thing}[.|!]
Great {thing}, [fast delivery and nice people|good price|friendly staff].
"""
NEG = """
I [hate|really dislike|regret buying] {this} {thing}. [It broke after a day.|What a waste.|Never again.|]
{This} {thing} is [terrible|awful|bad|horrible|useless|a disaster].
What a [bad|terrible|boring|ugly] {thing}! [I want my money back.|Never again.|]
The {thing} [does not work|broke after one day|is a waste of money|was the worst I have had]. [Do not buy it.|One star.|]
I am [very|so] unhappy with {this} {thing}[.|!]
Bad {thing}, [slow delivery and rude people|too expensive|nobody helped me].
"""
NEU = """
The {thing} [arrived|came] on {day}.
{This} {thing} is {color} and weighs {n} grams.
I bought {this} {thing} on {day}.
The {thing} comes in a box with {n} parts.
The {thing} is made in {city}.
The shop in {city} sells {this} {thing}.
"""
THINGS = (
    "phone, hotel, movie, book, restaurant, camera, lamp, chair, game, pizza, coffee, song, jacket, "
    "laptop, show, bike, soup, course, app, tent, keyboard, watch, cake, bag, concert, sofa"
)
TOPICS = {
    "sports": """
The team won the game [in the last minute|by three points|on {day}].
[The runner|{name}] finished the race in {n} minutes.
{name} scored {n} points in the match [in {city}|].
The tennis player won [the final|two sets] in {city}.
""",
    "food": """
Boil the [pasta|rice|potatoes] for {n} minutes and add salt.
The restaurant in {city} serves great [soup|pizza|fish].
Mix the flour with {n} eggs and bake the cake.
{name} cooked a [curry|stew|soup] with carrots and onions.
""",
    "weather": """
Heavy rain is expected in {city} on {day}.
It will be sunny and {n} degrees in {city}.
A storm with strong wind hit {city} [on {day}|].
Snow fell all night [in {city}|] and the roads are icy.
""",
    "music": """
The band from {city} plays [guitar and drums|jazz|rock songs].
{name} sang a new song at the concert [in {city}|].
The orchestra plays a symphony on {day}.
{name} practices the [piano|violin|cello] for {n} minutes a day.
""",
    "science": """
Scientists in {city} found a new [planet|star|kind of beetle].
The telescope took {n} pictures of a distant galaxy.
{name} studies how cells grow in the lab.
The experiment in {city} measured the speed of light.
""",
    "travel": """
We flew to {city} and stayed {n} nights in a hotel.
{name} booked a train ticket to {city}.
The tour of {city} starts on {day} at the old harbor.
Pack your suitcase, the flight to {city} leaves on {day}.
""",
    "technology": """
The new chip has {n} cores and uses less power.
{name} wrote a program that sorts {n} files.
The phone has a faster processor and a bigger screen.
Engineers in {city} built an FPGA board for neural networks.
""",
    "business": """
The company in {city} sold {n} percent more this year.
{name} started a new company in {city}.
The price of the stock fell by {n} percent on {day}.
The bank in {city} raised its interest rate.
""",
}
LANGS = {
    "French": "Bonjour, comment allez-vous ?|Je m'appelle {name}.|Le chat dort sur la chaise.|J'habite à {city}.|Où est la gare ?|Merci beaucoup, {name}.|Il fait froid aujourd'hui.|Nous mangeons du pain.",
    "Spanish": "Hola, ¿cómo estás?|Me llamo {name}.|El gato duerme en la silla.|Vivo en {city}.|¿Dónde está la estación?|Muchas gracias, {name}.|Hoy hace mucho frío.|Comemos pan con queso.",
    "German": "Guten Morgen, wie geht es dir?|Ich heiße {name}.|Die Katze schläft auf dem Stuhl.|Ich wohne in {city}.|Wo ist der Bahnhof?|Vielen Dank, {name}.|Heute ist es sehr kalt.|Wir essen Brot mit Käse.",
    "Italian": "Ciao, come stai?|Mi chiamo {name}.|Il gatto dorme sulla sedia.|Abito a {city}.|Dove è la stazione?|Grazie mille, {name}.|Oggi fa molto freddo.|Mangiamo il pane.",
    "English": "Hello, how are you?|My name is {name}.|The cat is sleeping on the chair.|I live in {city}.|Where is the station?|Thank you very much, {name}.|It is very cold today.|We eat bread and cheese.",
    "Dutch": "Goedemorgen, hoe gaat het met je?|Ik heet {name}.|De kat slaapt op de stoel.|Ik woon in {city}.|Waar is het station?|Dank je wel, {name}.|Het is vandaag erg koud.",
    "Portuguese": "Bom dia, tudo bem?|Meu nome é {name}.|O gato dorme na cadeira.|Eu moro em {city}.|Onde fica a estação?|Muito obrigado, {name}.|Hoje está muito frio.",
}
PRIO = {
    "high": "The server in {city} is down and nobody can work!|Urgent: the water is running through the {room}.|Fire alarm in the {room}, please come at once!|All payments fail since {day}. Customers are angry.|We lost all data of order {n}. Help now!|The door of the {room} is open and the alarm rings!",
    "medium": "The printer in the {room} is slow.|Please update my address to {city} this week.|The report for {day} has two wrong numbers.|The light in the {room} flickers sometimes.|My login works only on the second try.|Page {n} of the manual has an error.",
    "low": "When you have time, please change the color of the logo.|Nice to have: a bigger font on page {n}.|No hurry: the chair in the {room} squeaks a bit.|Could we get a plant for the {room} some day?|There is a small typo on page {n}.|Just an idea: a photo of {city} for the wall.",
}
SPAM = {
    True: "You won {n} dollars! Click here now!|Cheap watches, only {n} dollars, buy today!!!|Dear friend, I have {n} million dollars for you.|FREE tickets to {city}! Send us your password!|Earn {n} dollars a day from home, no work!",
    False: "Hi {name}, see you on {day}.|The meeting in {city} starts at {n}.|Can you send me the report, {name}?|Lunch on {day}?|Here are the {n} photos from {city}.",
}
CAPITALS = """
France Paris|Germany Berlin|Italy Rome|Spain Madrid|Japan Tokyo|China Beijing|Egypt Cairo|Kenya Nairobi|Norway Oslo|Sweden Stockholm
Poland Warsaw|Greece Athens|Turkey Ankara|Peru Lima|Chile Santiago|Vietnam Hanoi|Portugal Lisbon|Ireland Dublin|Austria Vienna|Hungary Budapest
Canada Ottawa|Cuba Havana|Finland Helsinki|Denmark Copenhagen|Belgium Brussels|Russia Moscow|Thailand Bangkok|Colombia Bogota
"""
